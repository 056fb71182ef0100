import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { externalFunctions } from '../../api/runtime/external-functions.ts'
import { closeSharedDynamodb, openSetupWorld, type SetupWorld } from '../support/snowflake/setup-world.ts'

// What the set-up lets each role do, right by right: one that a script leaves out, or gives too much, is seen here.

let world: SetupWorld
beforeAll(async () => {
  world = await openSetupWorld({ direct: true })
  await world.setup()
})
afterAll(async () => {
  await world.close()
  await closeSharedDynamodb()
})

/** `USAGE ON WAREHOUSE PUSH_TO_DYNAMO`, sorted; objects of our schema by their own name, functions with their arguments. */
const rightsOf = (role: string): readonly string[] =>
  [...world.snowflake.account.objects.values()]
    .flatMap(({ kind, name, grants }) =>
      grants
        .filter((grant) => grant.role === role)
        .map(({ privilege }) => `${privilege} ON ${kind} ${name.replace('PUSH_TO_DYNAMO.APP.', '')}`.trim())
    )
    .toSorted()
const on = (right: string, names: readonly string[]): readonly string[] =>
  names.map((name) => `${right} ${name}`)

describe('after the set-up', () => {
  it('callers may call every function, run and look after syncs, and read what became of their rows', () => {
    expect(rightsOf('PUSH_TO_DYNAMO_USER')).toEqual(
      [
        'USAGE ON DATABASE PUSH_TO_DYNAMO',
        'USAGE ON SCHEMA PUSH_TO_DYNAMO.APP',
        'USAGE ON WAREHOUSE PUSH_TO_DYNAMO',
        ...externalFunctions.map(
          ({ name, args }) =>
            `USAGE ON FUNCTION ${name.toUpperCase()}(${args.map(([, type]) => type).join(', ')})`
        ),
        ...on('USAGE ON PROCEDURE', [
          'RUN_DYNAMO_SYNC(VARCHAR, OBJECT)',
          'PREVIEW_DYNAMO_SYNC(VARCHAR)',
          'RECONCILE_DYNAMO(VARCHAR, NUMBER)',
          'CHECK_DYNAMO_SYNCS()',
          'START_DYNAMO_SYNC(VARCHAR)',
          'PAUSE_DYNAMO_SYNC(VARCHAR)',
          'RESUME_DYNAMO_SYNC(VARCHAR, OBJECT)',
          'COPY_DYNAMO_EVENTS()',
          'DYNAMO_LOAD_REJECTS(VARCHAR, NUMBER)'
        ]),
        ...on('SELECT ON VIEW', [
          'DYNAMO_SYNCS',
          'DYNAMO_SYNC_RUNS',
          'DYNAMO_SYNC_FAILURES',
          'DYNAMO_AUDIT',
          'DYNAMO_AUDIT_DAYS',
          'DYNAMO_LOADS',
          'DYNAMO_LOAD_CHUNKS',
          'DYNAMO_ATTENTION'
        ]),
        ...on('SELECT ON TABLE', ['PUSH_LOG', 'LOAD_EVENTS']),
        'INSERT ON TABLE PUSH_LOG',
        ...on('USAGE ON FILE FORMAT', ['CHUNK_FORMAT', 'MANIFEST_FORMAT']),
        'USAGE ON STAGE AUDIT_STAGE'
      ].toSorted()
    )
  })

  it('the owner role may make the schema, use warehouse and integrations, and run tasks', () => {
    expect(rightsOf('PUSH_TO_DYNAMO_OWNER')).toEqual(
      [
        'USAGE ON DATABASE PUSH_TO_DYNAMO',
        'CREATE SCHEMA ON DATABASE PUSH_TO_DYNAMO',
        'USAGE ON WAREHOUSE PUSH_TO_DYNAMO',
        'USAGE ON INTEGRATION PUSH_TO_DYNAMO_API',
        'USAGE ON INTEGRATION PUSH_TO_DYNAMO_STORAGE',
        'EXECUTE TASK ON ACCOUNT'
      ].toSorted()
    )
  })

  it("administrators hold the owner role, it holds the callers' role, and nobody else has a right", () => {
    const { account } = world.snowflake
    const holders = (role: string) => [...(account.holders.get(role) ?? [])].toSorted()
    expect(holders('PUSH_TO_DYNAMO_OWNER')).toEqual(['ACCOUNTADMIN', 'SYSADMIN'])
    expect(holders('PUSH_TO_DYNAMO_USER')).toEqual(['PUSH_TO_DYNAMO_OWNER'])
    const others = [...account.objects.values()]
      .filter(({ kind }) => kind !== 'ACCOUNT')
      .flatMap(({ grants }) => grants.map(({ role }) => role))
      .filter((role) => !/^PUSH_TO_DYNAMO_(OWNER|USER)$/.test(role))
    expect(others).toEqual([])
  })
})
