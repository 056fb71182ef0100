import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../api/setup/doctor/finding.ts'
import { openDriverSession } from '../../api/setup/driver-session.ts'
import { type EmulatedAws, startEmulatedAws } from '../support/snowflake/emulated-aws.ts'
import { externalCalls } from '../support/snowflake/external-calls.ts'
import { passwordOf } from '../support/snowflake/setup-world.ts'
import { type SnowflakeStandIn, startSnowflake } from '../support/snowflake/snowflake-stand-in.ts'

// The commands as a user runs them, with the real driver and a strict stand-in of Snowflake, on AWS as cdk deploys it.

// cdk itself deploys, several times.
const timeout = 540_000
// As Snowflake does: a function that starts on a busy machine may answer 503.
const retryBudgetMs = 60_000
let emulated: EmulatedAws
let snowflake: SnowflakeStandIn
let home: string

beforeAll(async () => {
  emulated = await startEmulatedAws({ orders: 'id:S' })
  snowflake = await startSnowflake(
    { user: 'ADA', password: 'secret' },
    externalCalls(emulated, retryBudgetMs)
  )
  snowflake.account.iamUser = emulated.user.arn
  home = await mkdtemp(join(tmpdir(), 'snowflake-home-'))
  const work = ['account = "stand_in"', 'user = "ada"', 'password = "secret"', 'host = "127.0.0.1"']
  await writeFile(
    join(home, 'connections.toml'),
    ['[work]', ...work, `port = ${snowflake.port}`, 'protocol = "http"'].join('\n')
  )
})
afterAll(async () => {
  await snowflake?.stop()
  await emulated?.stop()
  if (home) await rm(home, { recursive: true, force: true })
})

const run = (script: string, ...args: string[]) =>
  emulated.npmRun(script, ['--connection', 'work', '--region', 'us-east-1', ...args], {
    SNOWFLAKE_HOME: home
  })
const setup = () => run('setup', '--yes')
const doctor = async (): Promise<{ code: number | null; findings: Finding[] }> => {
  const { code, stdout, stderr } = await run('doctor', '--json')
  expect(stderr).toBe('')
  return { code, ...JSON.parse(stdout) }
}
const failures = async () =>
  (await doctor()).findings
    .filter(({ state }) => state === 'failed')
    .map(({ number, saw }) => [number, saw] as const)

const integration = (name = 'push_to_dynamo_api') => snowflake.account.find('INTEGRATION', name).properties
const trustOf = async (RoleName: string) => {
  const { Role } = await emulated.iam.send(new GetRoleCommand({ RoleName }))
  return JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))
}
const closed = (externalId: string | undefined) => ({
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: emulated.user.arn },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': externalId } }
    }
  ]
})

describe('npm run setup on an empty account', { timeout }, () => {
  it('deploys, and a row is pushed by Snowflake through API Gateway and read back', async () => {
    const { code, stdout, stderr } = await setup()

    expect(code, stderr).toBe(0)
    expect(stdout).toContain('create api integration if not exists push_to_dynamo_api')
    expect(stderr).toMatch(/self-test: a row was pushed to orders, read back and deleted\nSet up\.\n$/)
  })

  it('leaves both roles trusted to the IAM user of Snowflake with its external ids, and to nobody else', async () => {
    expect(await trustOf('push_to_dynamo_invoke')).toMatchObject(closed(integration().API_AWS_EXTERNAL_ID))
    expect(await trustOf('push_to_dynamo_unload')).toMatchObject(
      closed(integration('push_to_dynamo_storage').STORAGE_AWS_EXTERNAL_ID)
    )
  })

  it('changes nothing in a second run, and says so', async () => {
    const { code, stderr } = await setup()

    expect(code, stderr).toBe(0)
    expect(stderr).toContain('\naws: nothing to change, https://')
    expect(stderr).toMatch(/Everything was set up already; nothing was changed\.\n$/)
  })

  it('is healthy for the doctor, but for the endpoint type, which the emulator does not tell', async () => {
    const { code, findings } = await doctor()

    const numbersOf = (states: readonly string[]) =>
      findings.filter(({ state }) => states.includes(state)).map(({ number }) => number)
    // An account that was never told more than its tables has advice coming: who hears alarms, recovery, TTL, reserve;
    // and the emulator knows no bulk puts.
    expect(numbersOf(['advice'])).toEqual([14, 16, 17, 19, 20])
    expect(findings.filter(({ state, number }) => !['ok', 'advice'].includes(state) && number !== 9)).toEqual(
      []
    )
    expect(findings).toHaveLength(22)
    expect(code).toBe(2)
  })
})

describe('what changed behind our back', { timeout }, () => {
  const openToAll = async () => {
    const root = 'arn:aws:iam::000000000000:root'
    const open = { Effect: 'Allow', Principal: { AWS: root }, Action: 'sts:AssumeRole' }
    await emulated.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'push_to_dynamo_unload',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [open] })
      })
    )
  }
  const madeAnew = async () => {
    const session = await openDriverSession(passwordOf(snowflake.port))
    const { API_ALLOWED_PREFIXES: prefixes, API_AWS_ROLE_ARN: role } = integration()
    await session.run('use role accountadmin')
    await session.run(
      `create or replace api integration push_to_dynamo_api api_provider = aws_api_gateway
       api_aws_role_arn = '${role}' api_allowed_prefixes = ('${prefixes}') enabled = true`
    )
    await session.run('grant usage on integration push_to_dynamo_api to role push_to_dynamo_owner')
    await session.close()
  }

  it('an integration made anew, a trust policy changed by hand: the doctor names both, the set-up puts them right', async () => {
    await madeAnew()
    await openToAll()

    expect(await failures()).toEqual([
      [1, expect.stringContaining(':root')],
      [2, expect.stringContaining('made anew')]
    ])
    const { code, stderr } = await setup()
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('\naws: deployed, ')
    expect(await trustOf('push_to_dynamo_invoke')).toMatchObject(closed(integration().API_AWS_EXTERNAL_ID))
    expect(await failures()).toEqual([])
  })
})
