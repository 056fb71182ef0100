import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openSynced, type Synced } from '../../support/synced.ts'

// Each CALL runs a hundred statements.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const tables = ['by_push', 'by_bulk']
let world: Synced
beforeAll(async () => {
  world = await openSynced(tables.map((name) => ({ name, keys: [{ name: 'ID', type: 'S' as const }] })))
  await world.sql(`
    CREATE TABLE source (id VARCHAR, b BINARY, n9 TIMESTAMP_NTZ(9), n3 TIMESTAMP_NTZ(3), z TIMESTAMP_LTZ, t TIME, f FLOAT);
    INSERT INTO source SELECT 'full', '00FFAB'::BINARY, '2026-01-01 10:00:00.123456789', '2026-01-01 10:00:00.123',
      '2026-01-01 10:00:00.123456 +0200', '10:11:12.5', 0.1::FLOAT + 0.2::FLOAT;
    INSERT INTO source SELECT 'none', NULL, NULL, NULL, NULL, NULL, 1e100::FLOAT;
    INSERT INTO source (id, f) SELECT 'nan', 'NaN'::FLOAT;
    INSERT INTO source (id, f) SELECT 'least', '-inf'::FLOAT`)
})
afterAll(() => world.close())

const create = async (push: string): Promise<void> => {
  for (const [at, table] of tables.entries())
    await world.sql(
      `CALL create_dynamo_sync('${table}', 'SOURCE', '${table}', ARRAY_CONSTRUCT('ID'),
        OBJECT_CONSTRUCT('bulk_above', ${at === 0 ? 100_000 : 0}, 'push', ${push}))`
    )
}
/** The answer of a run of each route; a bulk run says loading until its loads have ended. */
const run = async () => {
  const answers = []
  for (const table of tables) {
    let answer = await world.answer(`run_dynamo_sync('${table}')`)
    for (let asks = 0; answer.state === 'loading' && asks < 100; asks += 1)
      answer = await world.answer(`run_dynamo_sync('${table}')`)
    answers.push(answer)
  }
  return answers
}
const stored = (table: string) => world.items(table, 'ID')

describe('values on their way through a sync', () => {
  it('are the same by push and by bulk, and the last digit of nine is seen', async () => {
    await create("OBJECT_CONSTRUCT('types', OBJECT_CONSTRUCT('B', 'B'), 'non_finite', 'text')")
    const first = await run()
    expect(first.map(({ route, state, written }) => ({ route, state, written }))).toEqual([
      { route: 'push', state: 'complete', written: 4 },
      { route: 'bulk', state: 'complete', written: 4 }
    ])
    const pushed = await stored('by_push')
    expect(pushed.get('full')).toEqual({
      ID: { S: 'full' },
      B: { B: new Uint8Array([0, 255, 171]) },
      N9: { S: '2026-01-01T10:00:00.123456789' },
      N3: { S: '2026-01-01T10:00:00.123000' },
      Z: { S: '2026-01-01T08:00:00.123456000Z' },
      T: { S: '10:11:12.500000000' },
      F: { N: '0.30000000000000004' }
    })
    expect(pushed.get('none')).toMatchObject({ B: { NULL: true }, N9: { NULL: true }, T: { NULL: true } })
    expect(pushed.get('nan')).toMatchObject({ F: { S: 'NaN' } })
    expect(pushed.get('least')).toMatchObject({ F: { S: '-Infinity' } })
    expect(await stored('by_bulk')).toEqual(pushed)

    await world.sql("UPDATE source SET n9 = '2026-01-01 10:00:00.123456788' WHERE id = 'full'")
    expect((await run()).map(({ put, written, unchanged }) => ({ put, written, unchanged }))).toEqual([
      { put: 1, written: 1, unchanged: 3 },
      { put: 1, written: 1, unchanged: 3 }
    ])
    for (const table of tables)
      expect((await stored(table)).get('full')).toMatchObject({ N9: { S: '2026-01-01T10:00:00.123456788' } })
    for (const table of tables) expect(await world.sql(`CALL reconcile_dynamo('${table}')`)).toEqual([])
  })

  it.each([
    ['reject', undefined],
    ['omit', 'absent']
  ])('NaN and infinities by non_finite %s, on both routes', async (option, expected) => {
    await world.reset()
    await create(`OBJECT_CONSTRUCT('non_finite', '${option}')`)
    for (const { state, written, rejected } of await run())
      expect({ state, written, rejected }).toEqual(
        expected === undefined
          ? { state: 'complete', written: 2, rejected: 2 }
          : { state: 'complete', written: 4, rejected: 0 }
      )
    const pushed = await stored('by_push')
    if (expected === undefined) expect(pushed.get('nan')).toBeUndefined()
    else expect(pushed.get('nan')).not.toHaveProperty('F')
    expect(await stored('by_bulk')).toEqual(pushed)
  })
})
