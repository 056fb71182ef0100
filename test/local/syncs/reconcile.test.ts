import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openSynced, type Synced } from '../../support/synced.ts'

// Each CALL runs a hundred statements.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: Synced
beforeAll(async () => {
  world = await openSynced([
    { name: 'items', keys: [{ name: 'customer_id', type: 'S' }] },
    {
      name: 'single',
      keys: [
        { name: 'pk', type: 'S' },
        { name: 'sk', type: 'S' }
      ]
    }
  ])
})
beforeEach(async () => {
  await world.reset()
  await world.sql(`
    CREATE OR REPLACE TABLE source (customer_id VARCHAR, n NUMBER(38,10), seen_at TIMESTAMP_NTZ, tags ARRAY);
    INSERT INTO source SELECT 'c' || column1, column2, '2026-01-01', ARRAY_CONSTRUCT('a', 'b', 'a')
    FROM VALUES (1, 1.50), (2, 2), (3, 3), (4, 4), (5, 12345678901234567890.0123456789)`)
})
afterAll(() => world.close())

const create = (push: string, table = 'items', options = '') =>
  world.sql(
    `CALL create_dynamo_sync('s', 'SOURCE', '${table}', ARRAY_CONSTRUCT('CUSTOMER_ID'), OBJECT_CONSTRUCT('push', OBJECT_CONSTRUCT(${push}) ${options}))`
  )
const reconcile = (sample = '') => world.sql(`CALL reconcile_dynamo('s'${sample})`)

describe('reconcile_dynamo', () => {
  it('finds nothing where source and table are equal, whatever the push options make of a row', async () => {
    await create(
      "'names', 'lower', 'nulls', 'omit', 'ttl', OBJECT_CONSTRUCT('attribute', 'gone_at', 'days', 1), 'stamp', 'source', 'types', OBJECT_CONSTRUCT('n', 'S', 'tags', 'SS', 'seen_at', 'epoch')"
    )
    // Nothing has been sent; it looks at as many keys as the sample says.
    expect(await reconcile(', 2')).toHaveLength(2)
    expect(await reconcile()).toHaveLength(5)
    await world.answer("run_dynamo_sync('s')")
    expect(await reconcile()).toEqual([])
  })

  it('finds planted missing, different and extra items, and writes nothing', async () => {
    await create("'names', 'lower'", 'items', ", 'mirror', TRUE")
    await world.answer("run_dynamo_sync('s')")
    await world.remove('items', { customer_id: { S: 'c1' } })
    await world.plant('items', { customer_id: { S: 'c2' }, n: { N: '2' } })
    await world.sql("DELETE FROM source WHERE customer_id = 'c3'")
    await world.plant('items', { customer_id: { S: 'stranger' } })
    const before = await world.items('items', 'customer_id')
    expect(await reconcile()).toEqual([
      { KEY: { CUSTOMER_ID: 'c2' }, FINDING: 'different' },
      { KEY: { CUSTOMER_ID: 'c3' }, FINDING: 'extra' },
      { KEY: { CUSTOMER_ID: 'c1' }, FINDING: 'missing' }
    ])
    expect(await world.items('items', 'customer_id')).toEqual(before)

    // What was found, the next run mends.
    const share = "OBJECT_CONSTRUCT('max_delete_share', 1)"
    expect(await world.answer(`run_dynamo_sync('s', ${share})`)).toMatchObject({
      put: 2,
      written: 2,
      deleted: 1
    })
    expect(await reconcile()).toEqual([])
    // An item that is there again after the sync deleted it.
    await world.plant('items', { customer_id: { S: 'c3' } })
    expect(await reconcile()).toEqual([{ KEY: { CUSTOMER_ID: 'c3' }, FINDING: 'extra' }])
  })

  it('follows keys that are built from columns', async () => {
    await create("'keys', OBJECT_CONSTRUCT('pk', 'CUSTOMER#{CUSTOMER_ID}', 'sk', 'PROFILE')", 'single')
    expect(await world.answer("run_dynamo_sync('s')")).toMatchObject({ written: 5 })
    expect(await reconcile()).toEqual([])
    await world.remove('single', { pk: { S: 'CUSTOMER#c4' }, sk: { S: 'PROFILE' } })
    await world.sql("DELETE FROM source WHERE customer_id = 'c5'")
    expect(await reconcile()).toEqual([
      { KEY: { CUSTOMER_ID: 'c5' }, FINDING: 'extra' },
      { KEY: { CUSTOMER_ID: 'c4' }, FINDING: 'missing' }
    ])
  })
})
