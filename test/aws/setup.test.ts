import { GetRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientSettings } from '../../api/runtime/client-settings.ts'
import { diagnose } from '../../api/setup/doctor/diagnose.ts'
import { seeAws } from '../../api/setup/doctor/see-aws.ts'
import { seeCall, seeSnowflake } from '../../api/setup/doctor/see-snowflake.ts'
import { openDriverSession } from '../../api/setup/driver-session.ts'
import { runSetup } from '../../api/setup/run-setup.ts'
import { usualChoice, variablesOf } from '../../api/setup/setup-settings.ts'
import { readSettings } from '../../infra/settings.ts'
import { type EmulatedAws, startEmulatedAws } from '../support/snowflake/emulated-aws.ts'
import { externalCalls } from '../support/snowflake/external-calls.ts'
import { passwordOf } from '../support/snowflake/setup-world.ts'
import { type SnowflakeStandIn, startSnowflake } from '../support/snowflake/snowflake-stand-in.ts'

// The whole set-up: the real driver, a strict stand-in of Snowflake, and AWS as cdk deploys it.

const tables = { orders: 'id:S' }
const choice = { ...usualChoice, account: '000000000000', region: 'us-east-1' }
const variables = variablesOf(choice, readSettings({ tables: { create: tables } }))
const testTable = { table: 'orders', keys: [['id', 'S'] as const] }
let emulated: EmulatedAws
let snowflake: SnowflakeStandIn

beforeAll(async () => {
  emulated = await startEmulatedAws(tables)
  snowflake = await startSnowflake({ user: 'ADA', password: 'secret' }, externalCalls(emulated))
  snowflake.account.iamUser = emulated.user.arn
})
afterAll(async () => {
  await snowflake?.stop()
  await emulated?.stop()
})

const told: string[] = []
const setup = async () => {
  told.length = 0
  const session = await openDriverSession(passwordOf(snowflake.port))
  try {
    const tell = (line: string) => told.push(line)
    return await runSetup({ session, aws: emulated.deployment, variables, testTable, tell })
  } finally {
    await session.close()
  }
}
const doctor = async () => {
  const session = await openDriverSession(passwordOf(snowflake.port))
  try {
    const seen = await seeSnowflake(session, variables)
    const settings = { ...clientSettings(emulated.aws), region: 'us-east-1' }
    const aws = await seeAws(settings, seen.functions.find(({ url }) => url)?.url)
    return diagnose({
      snowflake: seen,
      aws,
      call: await seeCall(session, variables, testTable),
      connection: 'work'
    })
  } finally {
    await session.close()
  }
}
const failures = async () =>
  (await doctor()).filter(({ state }) => state === 'failed').map(({ number, saw }) => [number, saw])
const integration = () => snowflake.account.find('INTEGRATION', 'push_to_dynamo_api').properties
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

// cdk itself deploys, several times.
const timeout = 300_000

describe('npm run setup on an empty account', { timeout }, () => {
  it('deploys, and a row is pushed by Snowflake through API Gateway and read back', async () => {
    expect(await setup(), emulated.said.join('')).toBeGreaterThan(50)

    expect(told.at(-1)).toBe('self-test: a row was pushed to orders, read back and deleted')
  })

  it('leaves both roles trusted to the IAM user of Snowflake with its external ids, and to nobody else', async () => {
    expect(await trustOf('push_to_dynamo_invoke')).toMatchObject(closed(integration().API_AWS_EXTERNAL_ID))
    expect(await trustOf('push_to_dynamo_unload')).toMatchObject(closed(variables.external_id))
  })

  it('changes nothing in a second run, and says so', async () => {
    expect(await setup(), emulated.said.join('')).toBe(0)
    expect(told.find((line) => line.startsWith('aws:'))).toMatch(/^aws: nothing to change/)
  })

  it('is healthy for the doctor, but for the endpoint type, which the emulator does not tell', async () => {
    const findings = await doctor()
    expect(findings.filter(({ state, number }) => state !== 'ok' && number !== 9)).toEqual([])
    expect(findings).toHaveLength(13)
  })
})

describe('what changed behind our back', { timeout }, () => {
  it('an integration made anew: the doctor names it, the set-up deploys the new external id', async () => {
    const session = await openDriverSession(passwordOf(snowflake.port))
    const { API_ALLOWED_PREFIXES: prefixes, API_AWS_ROLE_ARN: role } = integration()
    await session.run('use role accountadmin')
    await session.run(
      `create or replace api integration push_to_dynamo_api api_provider = aws_api_gateway
       api_aws_role_arn = '${role}' api_allowed_prefixes = ('${prefixes}') enabled = true`
    )
    await session.run('grant usage on integration push_to_dynamo_api to role push_to_dynamo_owner')
    await session.close()

    expect(await failures()).toEqual([[2, expect.stringContaining('made anew')]])
    expect(await setup(), emulated.said.join('')).toBeGreaterThan(0)
    expect(await trustOf('push_to_dynamo_invoke')).toMatchObject(closed(integration().API_AWS_EXTERNAL_ID))
    expect(await failures()).toEqual([])
  })

  it('a trust policy changed by hand: the doctor names it, the set-up puts it back', async () => {
    const open = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'sts:AssumeRole' }
      ]
    }
    await emulated.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'push_to_dynamo_invoke',
        PolicyDocument: JSON.stringify(open)
      })
    )

    expect(await failures()).toEqual([[1, expect.stringContaining(':root')]])
    expect(await setup()).toBe(1)
    expect(await failures()).toEqual([])
  })
})
