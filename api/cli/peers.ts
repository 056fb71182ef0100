import { createRequire } from 'node:module'
import { join } from 'node:path'

/** Packages that only some commands need: optional peers, which nobody pays for who does not use them. */
const worksheet = ['@duckdb/node-api', '@polyglot-sql/sdk', 'dynalite'] as const
const cdk = ['aws-cdk', 'aws-cdk-lib', 'constructs'] as const
export type Peer = (typeof worksheet)[number] | (typeof cdk)[number] | 'snowflake-sdk'

/** What a command needs; another DynamoDB makes the embedded one needless. */
const needs: Readonly<Record<string, (args: readonly string[], env: NodeJS.ProcessEnv) => readonly Peer[]>> =
  {
    start: (_, env) => (env.DYNAMODB_ENDPOINT ? worksheet.slice(0, 2) : worksheet),
    ...Object.fromEntries(
      ['serve', 'load', 'redrive', 'look'].map((command) => [
        command,
        (_: readonly string[], env: NodeJS.ProcessEnv): readonly Peer[] =>
          env.DYNAMODB_ENDPOINT ? [] : ['dynalite']
      ])
    ),
    setup: (args) =>
      args.includes('--dry-run')
        ? []
        : args.includes('--stack')
          ? ['snowflake-sdk']
          : ['snowflake-sdk', ...cdk],
    doctor: () => ['snowflake-sdk'],
    deploy: () => cdk
  }

/** Versions by peer, as they are tested: the build writes them. */
export type PeerVersions = Readonly<Record<string, string>>

/**
 * What a command needs and cannot find, beside this file or from the caller's folder.
 *
 * @param from a file of this package
 * @param folder the caller's
 */
export const missingPeers = (
  [command = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  [from, folder]: readonly [from: string, folder: string]
): readonly Peer[] =>
  args.includes('--help')
    ? []
    : (needs[command]?.(args, env) ?? []).filter(
        (peer) => !isThere(peer, from) && !isThere(peer, join(folder, 'package.json'))
      )

/** Packages need not let themselves be required, but every one has a package.json in a folder of its name. */
const isThere = (peer: string, from: string): boolean => {
  const require = createRequire(from)
  try {
    require.resolve(`${peer}/package.json`)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
  }
}

/** All that is missing at once, and the one command that brings it. */
export const peersText = (command: string, missing: readonly Peer[], versions: PeerVersions): string => {
  const packages = missing.map((peer) => `${peer}@${versions[peer] ?? 'latest'}`)
  return (
    `${command} needs ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not installed. Run:\n` +
    `  npm install --save-dev ${packages.join(' ')}\n` +
    `or, without installing anything:\n` +
    `  npx --yes --package push-to-dynamo ${packages.map((each) => `--package ${each}`).join(' ')} push-to-dynamo ${command}\n`
  )
}
