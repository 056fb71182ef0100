import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openSynced, type Synced } from '../../support/synced.ts'

// Each CALL runs a hundred statements.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: Synced
beforeAll(async () => {
  world = await openSynced([{ name: 'spend', keys: [{ name: 'customer_id', type: 'S' }] }])
})
beforeEach(async () => {
  await world.reset()
  await world.sql(`
    CREATE OR REPLACE TABLE customer_spend (customer_id VARCHAR, spend NUMBER(38,2), seen_at TIMESTAMP_NTZ);
    INSERT INTO customer_spend VALUES ('c1', 10.50, '2026-01-01 10:00:00'), ('c2', 20, NULL), ('c3', NULL, NULL), ('c4', 4, NULL), ('c5', 5, NULL)`)
})
afterAll(() => world.close())

const create = (options: string, source = 'CUSTOMER_SPEND') =>
  world.sql(
    `CALL create_dynamo_sync('spend', '${source}', 'spend', ARRAY_CONSTRUCT('CUSTOMER_ID'), OBJECT_CONSTRUCT('push', OBJECT_CONSTRUCT('names', 'lower') ${options}))`
  )
const run = (options = '') => world.answer(`run_dynamo_sync('spend'${options})`)
/** The answer of the run that settles a bulk run: it says loading until its loads have ended. */
const settled = async () => {
  for (;;) {
    const answer = await run()
    if (answer.state !== 'loading') return answer
  }
}
const stored = async () => [...(await world.items('spend', 'customer_id')).keys()].toSorted()
const nothing = { written: 0, deleted: 0, superseded: 0, stale: 0, rejected: 0, unprocessed: 0 }

describe('run_dynamo_sync, by diff, with mirror', () => {
  it('sends every row first, then nothing, then what changed, as its preview told', async () => {
    await create(", 'mirror', TRUE")
    expect(await run()).toEqual({
      sync: 'spend',
      run: expect.any(String),
      state: 'complete',
      route: 'push',
      read: 5,
      unchanged: 0,
      put: 5,
      delete: 0,
      ...nothing,
      written: 5,
      message: null
    })
    expect(await run()).toMatchObject({ read: 5, unchanged: 5, put: 0, delete: 0, ...nothing })

    await world.sql("UPDATE customer_spend SET spend = 10.51 WHERE customer_id = 'c1'")
    await world.sql("UPDATE customer_spend SET seen_at = '2026-01-01 10:00:00.001' WHERE customer_id = 'c2'")
    await world.sql("UPDATE customer_spend SET spend = 0 WHERE customer_id = 'c3'")
    await world.sql("DELETE FROM customer_spend WHERE customer_id = 'c5'")
    await world.sql("INSERT INTO customer_spend VALUES ('c6', 6, NULL)")
    const before = await world.items('spend', 'customer_id')
    expect(await world.answer("preview_dynamo_sync('spend')")).toMatchObject({
      state: 'preview',
      read: 5,
      unchanged: 1,
      put: 4,
      delete: 1,
      ...nothing,
      message:
        '1 new, 3 changed, 1 to delete, 0 rejected before; about 5 write units without indexes, $0.00000313'
    })
    expect(await world.items('spend', 'customer_id')).toEqual(before)
    expect(await run()).toMatchObject({
      read: 5,
      unchanged: 1,
      put: 4,
      delete: 1,
      ...nothing,
      written: 4,
      deleted: 1
    })
    expect(await world.sql('SELECT COUNT(*) AS runs FROM dynamo_sync_runs')).toEqual([{ RUNS: 3 }])
    expect(await stored()).toEqual(['c1', 'c2', 'c3', 'c4', 'c6'])
    expect((await world.items('spend', 'customer_id')).get('c1')).toEqual({
      customer_id: { S: 'c1' },
      spend: { N: '10.51' },
      seen_at: { S: '2026-01-01T10:00:00.000000000' }
    })
  })

  it('fails without sending when the source is gone or too many rows are, and goes on when it may', async () => {
    await create(", 'mirror', TRUE")
    await run()
    await world.sql('CREATE TABLE kept AS SELECT * FROM customer_spend; DROP TABLE customer_spend')
    expect(await run()).toMatchObject({
      state: 'failed',
      put: 0,
      message: expect.stringContaining('CUSTOMER_SPEND')
    })
    // It is back, and two of its rows are gone.
    await world.sql("CREATE TABLE customer_spend AS SELECT * FROM kept WHERE customer_id NOT IN ('c1', 'c2')")
    await world.sql("INSERT INTO customer_spend VALUES ('c6', 1, NULL)")
    expect(await run()).toMatchObject({
      state: 'failed',
      put: 1,
      delete: 2,
      ...nothing,
      message: expect.stringContaining(
        'would delete 2 of 5 known keys, more than max_delete_share 0.2 allows'
      )
    })
    expect(await stored()).toEqual(['c1', 'c2', 'c3', 'c4', 'c5'])
    expect(await world.answer("preview_dynamo_sync('spend')")).toMatchObject({
      state: 'preview',
      delete: 2,
      message: expect.stringContaining('max_delete_share')
    })
    // Told for this run.
    expect(await run(", OBJECT_CONSTRUCT('max_delete_share', 1)")).toMatchObject({
      state: 'complete',
      unchanged: 3,
      deleted: 2,
      written: 1
    })
    expect(await stored()).toEqual(['c3', 'c4', 'c5', 'c6'])
  })
})

describe('run_dynamo_sync, by diff, without mirror', () => {
  it('keeps vanished keys; sets rejected rows aside until they change, or a redrive; makes one item of a key', async () => {
    await create('')
    await world.sql("INSERT INTO customer_spend VALUES (NULL, 1, NULL), ('', 2, NULL), ('c5', 6, NULL)")
    expect(await run()).toMatchObject({
      state: 'complete',
      read: 8,
      put: 8,
      written: 5,
      rejected: 2,
      superseded: 1
    })
    expect((await world.items('spend', 'customer_id')).get('c5')).toMatchObject({ spend: { N: '6' } })
    expect(await world.sql('SELECT key, status, code FROM dynamo_sync_failures ORDER BY code')).toEqual([
      { KEY: { CUSTOMER_ID: '' }, STATUS: 'rejected', CODE: 'invalid_key' },
      { KEY: { CUSTOMER_ID: null }, STATUS: 'rejected', CODE: 'missing_key' }
    ])

    await world.sql("DELETE FROM customer_spend WHERE customer_id = 'c1'")
    expect(await run()).toMatchObject({
      read: 7,
      unchanged: 7,
      put: 0,
      delete: 0,
      rejected: 0,
      superseded: 0
    })
    expect(await stored()).toEqual(['c1', 'c2', 'c3', 'c4', 'c5'])

    // A key that returns is known.
    await world.sql("INSERT INTO customer_spend VALUES ('c1', 10.50, '2026-01-01 10:00:00')")
    expect(await run(", OBJECT_CONSTRUCT('redrive', TRUE)")).toMatchObject({
      read: 8,
      unchanged: 6,
      put: 2,
      rejected: 2
    })
    await world.sql("UPDATE customer_spend SET customer_id = 'c7' WHERE customer_id = ''")
    expect(await run()).toMatchObject({ put: 1, written: 1, rejected: 0 })
    await world.sql('DELETE FROM customer_spend WHERE customer_id IS NULL')
    expect(await run()).toMatchObject({ read: 7, unchanged: 7 })
    expect(await world.sql('SELECT * FROM dynamo_sync_failures')).toEqual([])
    expect(await stored()).toEqual(['c1', 'c2', 'c3', 'c4', 'c5', 'c7'])
  })

  it('reads a query as well', async () => {
    await create(
      '',
      "SELECT customer_id, SUM(spend) AS spend FROM customer_spend WHERE customer_id <> ''c5'' GROUP BY customer_id -- not c5"
    )
    expect(await run()).toMatchObject({ state: 'complete', read: 4, written: 4 })
  })
})

describe('run_dynamo_sync, in full', () => {
  it('sends every row of a view every time, and mirrors', async () => {
    await world.sql("CREATE OR REPLACE VIEW early AS SELECT * FROM customer_spend WHERE customer_id < 'c5'")
    await create(", 'capture', 'full', 'mirror', TRUE, 'max_delete_share', 1", 'early')
    expect(await run()).toMatchObject({ state: 'complete', read: 4, written: 4 })
    await world.remove('spend', { customer_id: { S: 'c1' } })
    await world.sql("DELETE FROM customer_spend WHERE customer_id = 'c4'")
    expect(await run()).toMatchObject({ read: 3, unchanged: 0, put: 3, delete: 1, written: 3, deleted: 1 })
    expect(await stored()).toEqual(['c1', 'c2', 'c3'])
  })
})

describe('the route', () => {
  it('is the loader above bulk_above changed rows, with deletes in a load of their own', async () => {
    await create(", 'bulk_above', 3, 'mirror', TRUE, 'max_delete_share', 1")
    await world.sql("INSERT INTO customer_spend VALUES (NULL, 1, NULL), ('c5', 6, NULL)")
    expect(await world.answer("preview_dynamo_sync('spend')")).toMatchObject({ route: 'bulk', put: 7 })
    expect(await run()).toMatchObject({ state: 'loading', route: 'bulk', read: 7, put: 7, written: 0 })
    expect(await settled()).toMatchObject({
      state: 'complete',
      route: 'bulk',
      read: 7,
      put: 7,
      written: 5,
      rejected: 1,
      superseded: 1
    })
    expect(await world.sql('SELECT key, code FROM dynamo_sync_failures')).toEqual([
      { KEY: { CUSTOMER_ID: null }, CODE: 'missing_key' }
    ])
    await world.sql("DELETE FROM customer_spend WHERE customer_id IN ('c1', 'c2', 'c3')")
    await world.sql("INSERT INTO customer_spend VALUES ('c8', 8, NULL)")
    expect(await run()).toMatchObject({ state: 'loading', put: 1, delete: 3 })
    expect(await settled()).toMatchObject({
      state: 'complete',
      route: 'bulk',
      put: 1,
      delete: 3,
      written: 1,
      deleted: 3,
      rejected: 0
    })
    expect(await stored()).toEqual(['c4', 'c5', 'c8'])
    expect(await run()).toMatchObject({ route: 'push', read: 5, unchanged: 5 })
  })
})
