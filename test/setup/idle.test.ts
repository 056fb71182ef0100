import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exampleAccount, usualChoiceOf, variablesOf } from '../../api/setup/setup-settings.ts'
import { readSettings } from '../../infra/settings.ts'
import { closeSharedDynamodb, openSetupWorld, type SetupWorld } from '../support/snowflake/setup-world.ts'

// What a deployment costs in Snowflake while nobody uses it, by what its set-up leaves there.

let world: SetupWorld
beforeEach(async () => {
  world = await openSetupWorld({ direct: true })
})
afterEach(() => world.close())
afterAll(closeSharedDynamodb)

const listed = (kind: string): ReadonlyArray<Readonly<Record<string, string>>> =>
  world.snowflake.account.listed(kind).map(({ name, properties }) => ({ ...properties, name }))
const settingsWith = (snowflake: object) =>
  readSettings({ tables: { create: { orders: 'id:S' } }, snowflake: snowflake as never })
const setupWith = (snowflake: object) => {
  const settings = settingsWith(snowflake)
  return world.setup(variablesOf({ ...usualChoiceOf('push_to_dynamo'), ...exampleAccount }, settings), {
    settings
  })
}

describe('a fresh set-up at rest', () => {
  it('runs nothing on a clock', async () => {
    await world.setup()

    expect(listed('TASK').filter((task) => task.STATE === 'started')).toEqual([])
    expect(listed('ALERT')).toEqual([])
    expect(listed('PIPE').map(({ name, AUTO_INGEST }) => [name, AUTO_INGEST])).toEqual([
      ['PUSH_TO_DYNAMO.APP.LOAD_EVENTS_PIPE', 'true']
    ])
  })

  it('has one small warehouse that sleeps, without what new accounts turn on', async () => {
    await world.setup()

    expect(listed('WAREHOUSE')).toEqual([
      expect.objectContaining({
        WAREHOUSE_SIZE: 'XSMALL',
        GENERATION: '1',
        ENABLE_QUERY_ACCELERATION: 'false',
        AUTO_SUSPEND: '60',
        INITIALLY_SUSPENDED: 'true'
      })
    ])
  })

  it('needs no queue of S3 where that cannot be, and says how the audit comes then', async () => {
    await world.setup(undefined, { isTold: false })
    expect(world.aws.trusts.now?.auditQueue).toBeUndefined()
    expect(world.aws.deployments.count).toBe(1)
  })

  it('never hands S3 a queue of another Region', async () => {
    const settings = settingsWith({})
    const region = 'us-east-1'
    await world.setup(
      variablesOf({ ...usualChoiceOf('push_to_dynamo'), ...exampleAccount, region }, settings),
      { settings }
    )
    expect(world.aws.trusts.now?.auditQueue).toBeUndefined()
    expect(world.told.find((line) => line.startsWith('audit:'))).toMatch(/eu-central-1.*copy_dynamo_events/)
  })
})

describe('what is asked for', () => {
  it('serverless tasks and alerts name no warehouse, with the rights that they need; a second run changes nothing', async () => {
    const wishes = { tasks: 'serverless', alerts: { mail: 'on-call@example.com', minutes: 30 } }
    await setupWith(wishes)

    expect(listed('TASK').every(({ WAREHOUSE }) => WAREHOUSE === undefined)).toBe(true)
    expect(listed('ALERT')).toEqual([expect.objectContaining({ STATE: 'started', SCHEDULE: '30 MINUTE' })])
    expect(await setupWith(wishes)).toBe(0)
  })

  it('an alert by an integration of your own makes none; a resource monitor limits the warehouse', async () => {
    await world.sql(
      'use role accountadmin',
      `create notification integration if not exists pager type = email enabled = true allowed_recipients = ('a@b.example')`
    )
    const wishes = { alerts: { integration: 'pager' }, creditQuota: 20 }
    await setupWith(wishes)

    expect(listed('INTEGRATION').filter(({ KIND }) => KIND === 'NOTIFICATION')).toHaveLength(1)
    expect(listed('WAREHOUSE')[0]).toMatchObject({ RESOURCE_MONITOR: 'push_to_dynamo_monitor' })
    expect(await setupWith(wishes)).toBe(0)
    expect(await setupWith({ ...wishes, creditQuota: 30 })).toBe(1)
  })
})
