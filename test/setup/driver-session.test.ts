import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readConnection } from '../../api/setup/connection.ts'
import { openDriverSession } from '../../api/setup/driver-session.ts'
import { SqlError } from '../../api/setup/session.ts'
import { type SnowflakeStandIn, startSnowflake } from '../support/snowflake/snowflake-stand-in.ts'

const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
})
let snowflake: SnowflakeStandIn
let home: string
beforeAll(async () => {
  const { createPublicKey } = await import('node:crypto')
  const secrets = {
    user: 'ADA',
    password: 'secret',
    token: 'pat-1',
    publicKey: createPublicKey(pair.publicKey)
  }
  snowflake = await startSnowflake(secrets, { call: async () => 'null' })
})
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'snowflake-'))
  return () => rm(home, { recursive: true, force: true })
})
afterAll(() => snowflake.stop())

/** A connections.toml with one entry, as `snow connection add` writes it. */
const connect = async (lines: readonly string[], environment: Record<string, string> = {}) => {
  const here = ['account = "stand_in"', 'host = "127.0.0.1"', `port = ${snowflake.port}`, 'protocol = "http"']
  await writeFile(join(home, 'connections.toml'), ['[work]', ...here, ...lines].join('\n'))
  const session = await openDriverSession(
    await readConnection('work', { SNOWFLAKE_HOME: home, ...environment })
  )
  try {
    return await session.run('select 12345678901234567890123456789012345678 as n')
  } finally {
    await session.close()
  }
}
const exact = [{ N: '12345678901234567890123456789012345678' }]

describe('a connection of connections.toml', () => {
  it('signs in by key pair', async () => {
    const file = join(home, 'key.p8')
    await writeFile(file, pair.privateKey)

    const keyPair = ['user = "ada"', 'authenticator = "SNOWFLAKE_JWT"', `private_key_file = "${file}"`]
    expect(await connect(keyPair)).toEqual(exact)
  })

  it('signs in by programmatic access token, in the entry or in a file', async () => {
    const pat = ['user = "ada"', 'authenticator = "PROGRAMMATIC_ACCESS_TOKEN"']
    const file = join(home, 'token')
    await writeFile(file, 'pat-1')

    expect(await connect([...pat, 'token = "pat-1"'])).toEqual(exact)
    expect(await connect([...pat, `token_file_path = "${file}"`])).toEqual(exact)
  })

  it('signs in by OAuth token, and by password out of the environment', async () => {
    expect(await connect(['user = "ada"', 'authenticator = "OAUTH"', 'token = "pat-1"'])).toEqual(exact)
    const password = { SNOWFLAKE_CONNECTIONS_WORK_PASSWORD: 'secret' }
    expect(await connect(['user = "ada"'], password)).toEqual(exact)
  })

  it('hands on the passcode of multi-factor authentication', async () => {
    await connect([
      'user = "ada"',
      'password = "secret"',
      'authenticator = "USERNAME_PASSWORD_MFA"',
      'passcode = "123456"'
    ])
    expect(snowflake.logins.at(-1)).toMatchObject({ PASSCODE: '123456' })
  })

  it('signs in by workload identity: a request signed for AWS, and no secret', async () => {
    const before = { ...process.env }
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES: '127.0.0.1'
    })
    try {
      const workload = ['authenticator = "WORKLOAD_IDENTITY"', 'workload_identity_provider = "AWS"']
      expect(await connect(workload)).toEqual(exact)
      expect(snowflake.logins.at(-1)).toMatchObject({ AUTHENTICATOR: 'WORKLOAD_IDENTITY', PROVIDER: 'AWS' })
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
      Object.assign(process.env, before)
    }
  })

  it('is refused with Snowflake’s words, and an unknown name with those that are there', async () => {
    await expect(connect(['user = "ada"', 'password = "guessed"'])).rejects.toThrow(/Incorrect username/)
    await expect(readConnection('home', { SNOWFLAKE_HOME: home })).rejects.toThrow(
      /no connection home .*work/
    )
  })

  it('is never shown when the file is not TOML', async () => {
    await writeFile(join(home, 'connections.toml'), '[work]\npassword = "geheim')
    const failed = await readConnection('work', { SNOWFLAKE_HOME: home }).catch((error) => error)

    expect(failed.message).toMatch(/is not TOML \(line \d+\)/)
    expect(failed.message).not.toContain('geheim')
  })
})

describe('a session', () => {
  it('tells a refusal by its code', async () => {
    const session = await openDriverSession({
      ...{ account: 'stand_in', username: 'ADA', password: 'secret' },
      accessUrl: `http://127.0.0.1:${snowflake.port}`
    })
    const refused = await session.run('create nonsense').catch((error) => error)
    await session.close()

    expect(refused).toBeInstanceOf(SqlError)
    expect(refused.code).toBe('001003')
  })

  it('writes no log, neither to the terminal nor to a file', async () => {
    const script = `
      import { openDriverSession } from '${new URL('../../api/setup/driver-session.ts', import.meta.url)}'
      const session = await openDriverSession({ account: 'a', username: 'ADA', password: 'secret', accessUrl: 'http://127.0.0.1:${snowflake.port}' })
      await session.run('select 1 as n')
      await session.close()`
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', script],
      { cwd: home }
    )
    const { readdir } = await import('node:fs/promises')

    expect(stdout + stderr).toBe('')
    expect(await readdir(home)).toEqual([])
  })
})
