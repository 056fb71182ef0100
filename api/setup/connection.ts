import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import type { ConnectionOptions } from 'snowflake-sdk'

type Values = Readonly<Record<string, unknown>>
type Environment = Readonly<Record<string, string | undefined>>

/** Names of connections.toml → names of the driver: https://docs.snowflake.com/en/developer-guide/snowflake-cli/connecting/configure-connections */
const optionNames: Readonly<Record<string, string>> = {
  user: 'username',
  private_key_file: 'privateKeyPath',
  private_key_path: 'privateKeyPath',
  private_key_raw: 'privateKey',
  private_key_passphrase: 'privateKeyPass',
  // Of multi-factor authentication: by itself, or as the end of the password.
  passcode_in_password: 'passcodeInPassword',
  token_file_path: 'tokenFilePath',
  workload_identity_provider: 'workloadIdentityProvider',
  oauth_client_id: 'oauthClientId',
  oauth_client_secret: 'oauthClientSecret',
  oauth_authorization_url: 'oauthAuthorizationUrl',
  oauth_token_request_url: 'oauthTokenRequestUrl',
  oauth_redirect_uri: 'oauthRedirectUri',
  oauth_scope: 'oauthScope'
}
const sameNames = [
  'account',
  'password',
  'authenticator',
  'passcode',
  'token',
  'host',
  'port',
  'protocol',
  'role',
  'warehouse'
]

/**
 * A connection as the snow CLI reads it: `connections.toml`, else `[connections.…]` of `config.toml`, in
 * `$SNOWFLAKE_HOME` or `~/.snowflake`; `SNOWFLAKE_CONNECTIONS_<NAME>_<KEY>` wins.
 *
 * @throws Error naming the file, and the connections that are there
 */
export const readConnection = async (name: string, environment: Environment): Promise<ConnectionOptions> => {
  const home = environment.SNOWFLAKE_HOME ?? join(homedir(), '.snowflake')
  const all =
    (await readToml(join(home, 'connections.toml'))) ??
    (await readToml(join(home, 'config.toml')))?.connections
  const connections = (all ?? {}) as Readonly<Record<string, Values>>
  const values = { ...connections[name], ...fromEnvironment(name, environment) }
  if (Object.keys(values).length === 0)
    throw new Error(
      `no connection ${name} in ${home}/connections.toml (there: ${Object.keys(connections).join(', ') || 'none'}); add one with: snow connection add`
    )
  return optionsOf(values)
}

/** @throws Error when `account` is missing */
export const optionsOf = (values: Values): ConnectionOptions => {
  if (typeof values.account !== 'string') throw new Error('the connection names no account')
  const options: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(values)) {
    const option = optionNames[key] ?? (sameNames.includes(key) ? key : undefined)
    if (option !== undefined) options[option] = key === 'port' ? Number(value) : value
  }
  return options as unknown as ConnectionOptions
}

const readToml = async (path: string): Promise<Values | undefined> => {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return parse(text)
  } catch (error) {
    // The parser shows the line, which may hold a password.
    throw new Error(`${path} is not TOML (line ${(error as { line?: number }).line ?? 'unknown'})`)
  }
}

const fromEnvironment = (name: string, environment: Environment): Record<string, string> => {
  const prefix = `SNOWFLAKE_CONNECTIONS_${name.toUpperCase()}_`
  const found: Record<string, string> = {}
  for (const [key, value] of Object.entries(environment))
    if (key.startsWith(prefix) && value !== undefined) found[key.slice(prefix.length).toLowerCase()] = value
  return found
}
