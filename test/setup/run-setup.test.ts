import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { externalFunctions } from '../../api/runtime/external-functions.ts'
import { extent } from '../support/extent.ts'
import { inMemoryUrl } from '../support/snowflake/in-memory-aws.ts'
import { auditQueue } from '../support/snowflake/operation-statements.ts'
import {
  closeSharedDynamodb,
  exampleVariables,
  openSetupWorld,
  type SetupWorld
} from '../support/snowflake/setup-world.ts'

let world: SetupWorld
afterAll(closeSharedDynamodb)

/** Each test has an account of its own. Statements come without the driver: it is proved by the fresh account. */
const freshWorlds = () => {
  beforeEach(async () => {
    world = await openSetupWorld({ direct: true })
  })
  afterEach(() => world.close())
}

const owner = 'use role push_to_dynamo_owner'
const admin = 'use role accountadmin'
const changing = (statements: readonly string[]) =>
  statements.filter((statement) => /^(create|alter|grant|drop|execute)/.test(statement))
const integration = (name = 'push_to_dynamo_api') =>
  world.snowflake.account.find('INTEGRATION', name).properties

describe('a fresh account, over the real driver', () => {
  let changes: number
  let told: readonly string[]
  beforeAll(async () => {
    world = await openSetupWorld()
    changes = await world.setup()
    told = [...world.told]
  })
  afterAll(() => world.close())

  it('is set up: a row is pushed, read back and deleted, and the trust is closed from the first minute', () => {
    expect(changes).toBeGreaterThan(50)

    expect(told.at(-1)).toBe('self-test: a row was pushed to orders, read back and deleted')
    expect(world.aws.trusts.now).toEqual({
      invoke: { principal: world.snowflake.account.iamUser, externalId: integration().API_AWS_EXTERNAL_ID },
      unload: {
        principal: world.snowflake.account.iamUser,
        externalId: 'push_to_dynamo_111122223333_eu-central-1'
      },
      auditQueue
    })
    // Once more for the queue, which is made after the bucket.
    expect(world.aws.deployments.count).toBe(2)
  })

  it('has only the real URL among its prefixes in the end, and every function and pipe', async () => {
    expect(integration().API_ALLOWED_PREFIXES).toBe(`${inMemoryUrl}/`)
    const functions = world.snowflake.account.listed('FUNCTION')
    expect(functions.filter(({ properties }) => properties.language === 'EXTERNAL')).toHaveLength(
      externalFunctions.length
    )
    const [pipe] = await world.sql(owner, "show pipes like 'load%' in schema push_to_dynamo.app")
    expect(pipe?.name).toBe('LOAD_EVENTS_PIPE')
  })

  it('lets callers push and nobody else', async () => {
    const push = `select push_to_dynamo.app.push_to_dynamo('orders', object_construct('id', 'a')) as answer`
    const as = (role: string) => world.sql(`use role ${role}`, 'use warehouse push_to_dynamo', push)

    expect(await as('push_to_dynamo_user')).toEqual([{ ANSWER: '{"status":"written"}' }])
    await expect(as('useradmin')).rejects.toThrow('does not exist or not authorized')
  })

  it('is not changed by a second run, and that says so', async () => {
    world.snowflake.statements.length = 0

    expect(await world.setup()).toBe(0)
    expect(changing(world.snowflake.statements)).toEqual([])
    expect(world.told.filter((line) => !/nothing to change|^self-test/.test(line))).toEqual([])
  })
})

describe('a second run', () => {
  freshWorlds()

  it('changes only what became different', async () => {
    await world.setup()
    world.snowflake.statements.length = 0

    await world.setup({ ...exampleVariables, push_batch_rows: '200' })
    // Four functions, and the view that says which runs are too wide for a batch.
    expect(changing(world.snowflake.statements).filter((sql) => !sql.startsWith('grant'))).toHaveLength(5)
  })

  it('keeps grants that others made on a function which it must replace', async () => {
    await world.setup()
    const fn = 'push_to_dynamo.app.push_to_dynamo(varchar, object)'
    await world.sql('use role useradmin', 'create role if not exists analyst')
    await world.sql(owner, `grant usage on function ${fn} to role analyst`)

    await world.setup({ ...exampleVariables, push_batch_rows: '200' })
    const grants = await world.sql(owner, `show grants on function ${fn}`)
    expect(grants.map((grant) => grant.grantee_name)).toContain('ANALYST')
  })

  it('keeps them for every kind of grantee, with the right to grant on', async () => {
    await world.setup()
    const fn = 'push_to_dynamo.app.push_to_dynamo(varchar, object)'
    const grantees = [
      'user ada',
      'share partners',
      'application portal',
      'application role portal.viewer',
      'database role push_to_dynamo.readers',
      'role sysadmin'
    ]
    const last = ' with grant option'
    await world.sql(
      owner,
      ...grantees.map((to, at) => `grant usage on function ${fn} to ${to}${at > 3 ? last : ''}`)
    )
    const shown = () => world.sql(owner, `show grants on function ${fn}`)
    const before = await shown()

    await world.setup({ ...exampleVariables, push_batch_rows: '200' })
    const byName = (rows: Awaited<ReturnType<typeof shown>>) =>
      rows.map((row) => JSON.stringify(row)).toSorted()
    expect(byName(await shown())).toEqual(byName(before))
  })
})

describe('an upgrade', () => {
  freshWorlds()

  it('keeps grants on a view whose text is new, also where the text holds quotes', async () => {
    await world.setup()
    const view = 'push_to_dynamo.app.dynamo_audit'
    await world.sql('use role useradmin', 'create role if not exists analyst')
    await world.sql(owner, `grant select on view ${view} to role analyst`)
    world.snowflake.account.find('VIEW', view).properties.TEXT = "create or replace view v as select 'old'"

    await world.setup()
    const grants = await world.sql(owner, `show grants on view ${view}`)
    expect(grants.map((grant) => grant.grantee_name)).toContain('ANALYST')
    expect(await world.setup()).toBe(0)
  })
})

describe('an upgrade from 0.1.0', () => {
  freshWorlds()

  it('ends the task of the audit and old signatures, each step once', async () => {
    await world.setup()
    const { account } = world.snowflake
    const app = 'push_to_dynamo.app'
    // As the old release left it.
    account.find('TABLE', `${app}.dynamo_upgrades`).properties.STEPS = ''
    account.objects.delete(`PIPE ${app.toUpperCase()}.LOAD_EVENTS_PIPE`)
    account.store('TASK', `${app}.copy_load_events`, 'PUSH_TO_DYNAMO_OWNER', { STATE: 'started' })
    account.store('PROCEDURE', `${app}.drop_dynamo_sync(VARCHAR)`, 'PUSH_TO_DYNAMO_OWNER', { body: '' })
    const kept = account.listed('TABLE').map(({ name }) => name)

    await world.setup()
    expect(account.has('TASK', `${app}.copy_load_events`)).toBe(false)
    expect(account.has('PROCEDURE', `${app}.drop_dynamo_sync(VARCHAR)`)).toBe(false)
    expect(account.has('PIPE', `${app}.load_events_pipe`)).toBe(true)
    expect(account.listed('TABLE').map(({ name }) => name)).toEqual(kept)
    expect(await world.setup()).toBe(0)
  })
})

describe('an interruption', () => {
  freshWorlds()

  // A whole run takes them after every single change.
  it('after every few changes loses nothing: the runs go on from each other and end the same', async () => {
    await world.setup()
    const names = () => [...world.snowflake.account.objects.keys()].sort()
    const whole = names()
    await world.close()

    world = await openSetupWorld({ direct: true })
    const notedSteps = () =>
      world.snowflake.account.find('TABLE', 'push_to_dynamo.app.dynamo_upgrades').properties.STEPS ?? ''
    let runs = 0
    let said = ''
    // A step of an upgrade is done whole or begins again, so it must be let through whole at last.
    const few = extent(7, 1)
    let changes = few
    for (let isWhole = false; !isWhole; runs += 1) {
      world.snowflake.allowChanges(changes)
      isWhole = await world.setup().then(
        () => true,
        ({ message }: Error) => {
          expect(message).toContain('SQL execution canceled')
          // What was cut off is not noted as done.
          const [, step] = /_upgrades\/(\w+)\.sql/.exec(message) ?? []
          if (step !== undefined) expect(notedSteps().split(',')).not.toContain(step)
          const isStuck = /_upgrades\//.test(message) && /^[^"]*/.exec(message)?.[0] === said
          changes = isStuck ? changes * 2 : few
          said = /^[^"]*/.exec(message)?.[0] ?? ''
          return false
        }
      )
    }

    expect(runs).toBeGreaterThan(50 / few)
    expect(names()).toEqual(whole)
    expect(world.told.at(-1)).toContain('read back')
    world.snowflake.allowChanges(0)
    expect(await world.setup()).toBe(0)
  })

  it('of the deployment, too', async () => {
    world.aws.failNext()
    await expect(world.setup()).rejects.toThrow('deploy failed')

    await world.setup()
    expect(world.told.at(-1)).toContain('read back')
    expect(await world.setup()).toBe(0)
  })
})

describe('what changed behind our back', () => {
  freshWorlds()

  it('is repaired: an integration that was made anew has another external id', async () => {
    await world.setup()
    const before = integration().API_AWS_EXTERNAL_ID
    await world.sql(
      admin,
      `create or replace api integration push_to_dynamo_api api_provider = aws_api_gateway
       api_aws_role_arn = 'arn:aws:iam::111122223333:role/push_to_dynamo_invoke'
       api_allowed_prefixes = ('${inMemoryUrl}/') enabled = true`
    )
    expect(integration().API_AWS_EXTERNAL_ID).not.toBe(before)

    expect(await world.setup()).toBeGreaterThan(0)
    expect(world.aws.trusts.now?.invoke.externalId).toBe(integration().API_AWS_EXTERNAL_ID)
    expect(world.aws.deployments.count).toBe(3)
  })

  it('is repaired: prefixes, a disabled integration', async () => {
    await world.setup()
    integration().API_ALLOWED_PREFIXES = 'https://gone.execute-api.eu-central-1.amazonaws.com/v1/'
    integration().ENABLED = 'false'

    expect(await world.setup()).toBe(2)
    expect(await world.setup()).toBe(0)
  })
})
