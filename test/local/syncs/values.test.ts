import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isWhole, someOf } from '../../support/extent.ts'
import { daysAreSummed, openSynced, type Synced } from '../../support/synced.ts'

// Each CALL runs a hundred statements.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const tables = ['by_push', 'by_bulk']
let world: Synced
beforeAll(async () => {
  world = await openSynced(tables.map((name) => ({ name, keys: [{ name: 'ID', type: 'S' as const }] })))
  await world.sql(`
    ${daysAreSummed};
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

  // What is written as text, and what is rejected, the other tests see, too.
  const cases: readonly (readonly [string, object | undefined])[] = [
    ['null', { F: { NULL: true } }],
    ['omit', {}],
    ['reject', undefined]
  ]
  it.each(someOf(cases, 1))(
    'NaN and infinities by non_finite %s, on both routes',
    async (option, expected) => {
      await world.reset()
      await create(`OBJECT_CONSTRUCT('non_finite', '${option}')`)
      const isRejected = expected === undefined
      for (const { state, written, rejected } of await run())
        expect({ state, written, rejected }).toEqual({
          state: 'complete',
          written: isRejected ? 2 : 4,
          rejected: isRejected ? 2 : 0
        })
      const pushed = await stored('by_push')
      const others = {
        B: { NULL: true },
        N9: { NULL: true },
        N3: { NULL: true },
        Z: { NULL: true },
        T: { NULL: true }
      }
      for (const key of ['nan', 'least'])
        expect(pushed.get(key)).toEqual(isRejected ? undefined : { ID: { S: key }, ...others, ...expected })
      expect(await stored('by_bulk')).toEqual(pushed)
      // The same rows are the same rows: nothing goes twice, which the first test sees in every run, and nothing differs.
      if (isWhole) expect((await run()).map(({ put }) => put)).toEqual([0, 0])
      for (const table of tables)
        expect((await world.sql(`CALL reconcile_dynamo('${table}')`)).map(({ FINDING }) => FINDING)).toEqual(
          isRejected ? ['missing', 'missing'] : []
        )
    }
  )

  it('of which none can be stored: the message warns first, on both routes; the state stays complete', async () => {
    await world.reset()
    await world.sql(
      "CREATE TABLE kept AS SELECT * FROM source; DELETE FROM source WHERE id IN ('full', 'none')"
    )
    await create("OBJECT_CONSTRUCT('non_finite', 'reject')")
    for (const { state, rejected, message } of await run()) {
      expect({ state, rejected }).toEqual({ state: 'complete', rejected: 2 })
      expect(message).toMatch(
        /^warning: nothing was written, all rows that were sent were rejected; 2 rejected, sent again when/
      )
    }
    await world.sql("INSERT INTO source SELECT * FROM kept WHERE id = 'none'")
    for (const { message } of await run()) expect(message).toMatch(/^2 rejected, sent again when/)
  })
})
