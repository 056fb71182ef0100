import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LoadPlan, planLoad } from '../../api/load/plan-load.ts'
import type { KeyAttribute } from '../../api/plan/target-table.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { noCounts } from '../../api/write/settlement.ts'
import type { TableCare } from '../../api/write/table-care.ts'
import { writeRows } from '../../api/write/write-rows.ts'
import { type BilledIndex, billingTable } from '../support/billing-table.ts'
import { bulkWorld, ndjson } from '../support/bulk-world.ts'
import { unloadFlights } from '../support/flights.ts'
import { context, json, row, tableOf } from '../support/rows.ts'

const forever = new AbortController().signal

interface Planned {
  readonly indexes?: readonly BilledIndex[]
  readonly stated?: number
  readonly isOnDemand?: boolean
  readonly keys?: Readonly<Record<string, KeyAttribute['type']>>
  readonly care?: TableCare
}

/** Chunks in a bucket, and a table that bills as DynamoDB does. */
const world = ({
  indexes = [],
  stated = 1_000,
  isOnDemand = false,
  keys = { id: 'S' },
  care
}: Planned = {}) => {
  const bulk = bulkWorld()
  const billed = billingTable('id', indexes)
  const indexKeys = indexes.flatMap((index) =>
    index.keys.map((name) => ({ name, type: 'S' as const, maxBytes: 2_048 }))
  )
  const table = { ...tableOf(keys), indexKeys, indexes, statedUnits: stated, isOnDemand }
  const found = { kind: 'table', table, isFresh: true } as const
  const writer = {
    port: billed.port,
    schemas: { known: () => found.table, find: async () => found, lookAgain: async () => found },
    clock: bulk.clock
  }
  const plan = (
    files: Readonly<Record<string, string | Uint8Array>>,
    options: object = {},
    told?: number
  ) => {
    bulk.unload('r1', files)
    const manifest = json({
      version: 1,
      run: 'r1',
      files: Object.keys(files).map((name) => (told === undefined ? { name } : { name, rows: told }))
    })
    // Files are really read meanwhile: a simulated clock would not wait for them.
    const deps = { ...bulk.deps, clock: systemClock, writer, ...(care ? { care } : {}) }
    return planLoad(deps, { table: 'orders', manifest, options: json({ ...options }) }, forever, 20_000)
  }
  /** Writes rows, and says what that consumed. */
  const write = async (rows: readonly object[], options: object = {}): Promise<number> => {
    const before = billed.consumed()
    const asked = rows.map((item, n) => row(n, { ...item }, { ...options }))
    await writeRows(writer, { table: 'orders', rows: asked, context, counts: noCounts() }, forever)
    return billed.consumed() - before
  }
  return { plan, write }
}

const unitsOf = ({ write_units, index_units }: LoadPlan): number => write_units + index_units
const isWithin = (estimate: number, actual: number): void => {
  expect(Math.abs(estimate / actual - 1)).toBeLessThanOrEqual(0.05)
}

const twoIndexes: readonly BilledIndex[] = [
  { keys: ['city'], holds: 'all' },
  { keys: ['day', 'city'], holds: ['score'] }
]
const wide = (count: number, text = 'x') =>
  Array.from({ length: count }, (_, n) => ({
    id: `w${n}`,
    city: n % 3 === 0 ? undefined : `c${n % 7}`,
    day: `d${n % 30}`,
    score: n * 1.5,
    nested: { list: [n, -n / 7, { deep: text.repeat((n * 37) % 3_000), on: n % 2 === 0 }], none: null }
  }))

describe('the roads of a plan', () => {
  const bulkPut = async (rows: readonly object[], options: object = {}) => {
    const { plan } = world({ stated: 4_000 })
    return (await plan({ 'a.ndjson': ndjson(...rows) }, options)).roads[1]
  }

  it.each([
    [{ version: 'n' }, /version/],
    [{ mode: 'update' }, /mode 'update'/],
    [{ max_wcu: 500 }, /at least 1024/]
  ])('say why a job cannot take it: %j', async (options, why) => {
    expect((await bulkPut([{ id: 'a', n: 1 }], options))?.refused).toMatch(why)
  })

  it('say that keys come again beyond a slice, and nothing of those that come again within one', async () => {
    const rows = Array.from({ length: 1_500 }, (_, n) => ({ id: `r${n}` }))
    expect(await bulkPut([...rows, { id: 'r1499' }])).toEqual({ engine: 'bulk_put', dollars: null })
    expect((await bulkPut([...rows, { id: 'r3' }]))?.refused).toContain('1 of the rows')
  })
})

describe('a plan says within 5 % what is consumed', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plan-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('of real flights', async () => {
    const { chunks } = await unloadFlights(folder, 'ndjson.gz', 3_000, 1_500)
    const files: Record<string, Uint8Array> = {}
    const rows: object[] = []
    for (const { name } of chunks) {
      const content = await readFile(join(folder, name))
      files[name] = content
      const lines = gunzipSync(content).toString().trim().split('\n')
      for (const line of lines) rows.push(JSON.parse(line))
    }
    const { plan, write } = world()
    const planned = await plan(files)
    const actual = await write(rows)

    expect(planned).toMatchObject({ rows: 3_000, sampled: false, errors: [] })
    isWithin(unitsOf(planned), actual)
    expect(planned.dollars).toBe('0.001875')
    expect(planned.cheapest).toBe('workers')
    expect(planned.roads).toEqual([
      { engine: 'workers', dollars: '0.001875' },
      { engine: 'bulk_put', dollars: null },
      { engine: 'import', dollars: null, refused: expect.stringContaining('the table exists') }
    ])
  })

  it('of wide nested rows on a table with two indexes', async () => {
    const { plan, write } = world({ indexes: twoIndexes })
    const planned = await plan({ 'a.ndjson': ndjson(...wide(300)) })
    isWithin(unitsOf(planned), await write(wide(300)))
    expect(planned.index_units).toBeGreaterThan(0)
  })

  it('of a table that holds the items already, in another form, with index keys that move', async () => {
    const { plan, write } = world({ indexes: twoIndexes })
    await write(wide(300))
    const moved = wide(300, 'yy').map((item, n) => (n % 2 === 0 ? { ...item, city: `m${n % 5}` } : item))
    const planned = await plan({ 'a.ndjson': ndjson(...moved) })
    isWithin(unitsOf(planned), await write(moved))
  })

  it('of rows so large that only some are held at a time', async () => {
    const large = Array.from({ length: 170 }, (_, n) => ({ id: `k${n}`, text: 'x'.repeat(200_000) }))
    const plan = await world().plan({ 'data_0.ndjson': ndjson(...large) })
    expect(plan).toMatchObject({ rows: 170, sampled: true, errors: [] })
    isWithin(unitsOf(plan), 170 * 196)
  })

  it('of files that are unlike each other: the rows of one stand for that one', async () => {
    const { plan, write } = world()
    const large = Array.from({ length: 300 }, (_, n) => ({ id: `l${n}`, text: 'x'.repeat(200_000) }))
    const small = Array.from({ length: 19 }, (_, n) => ({ id: `s${n}` }))
    const files = Object.fromEntries(small.map((item, n) => [`s${n}.ndjson`, ndjson(item)]))
    const planned = await plan({ ...files, 'large.ndjson': ndjson(...large) })
    expect(planned).toMatchObject({ sampled: true, errors: [] })
    isWithin(unitsOf(planned), await write([...small, ...large]))
  })

  it.each([undefined, 21_000])('of a file whose rows grow, sampled all along: told are %s', async (told) => {
    const growing = Array.from({ length: 21_000 }, (_, n) => ({ id: `g${n}`, t: 'x'.repeat(n >> 3) }))
    const planned = await world().plan({ 'a.ndjson': ndjson(...growing) }, {}, told)
    const units = growing.map(({ id, t }) => Math.ceil((2 + id.length + 1 + t.length) / 1024))
    expect(planned).toMatchObject({ rows: 21_000, sampled: true })
    isWithin(
      unitsOf(planned),
      units.reduce((sum, one) => sum + one, 0)
    )
  })

  it.each([
    ['puts', {}],
    ['updates', { mode: 'update' }]
  ])('of %s that the loader folds, since they have one key', async (_what, options) => {
    const { plan, write } = world()
    const rows = Array.from({ length: 900 }, (_, n) => ({ id: `k${n >> 2}`, [`c${n % 4}`]: 'x'.repeat(700) }))
    const planned = await plan({ 'a.ndjson': ndjson(...rows) }, options)
    expect(planned.rows).toBe(900)
    isWithin(unitsOf(planned), await write(rows, options))
  })

  it.each([
    ['puts', {}],
    ['updates', { mode: 'update' }]
  ])('of %s whose keys come again in another slice, on a table with two indexes', async (_what, options) => {
    const { plan, write } = world({ indexes: twoIndexes })
    const rows = wide(300).map((item, n) => ({ ...item, [`more${n % 3}`]: 'x'.repeat(400) }))
    const filler = Array.from({ length: 700 }, (_, n) => ({ id: `f${n}` }))
    const again = rows.map((item) => ({ ...item, late: 'x'.repeat(300) }))
    const planned = await plan({ 'a.ndjson': ndjson(...rows, ...filler, ...again) }, options)
    const first = await write([...rows, ...filler], options)
    isWithin(unitsOf(planned), first + (await write(again, options)))
  })

  it('of a manifest that tells of fewer rows than its file holds', async () => {
    const { plan, write } = world()
    const rows = wide(20)
    const planned = await plan({ 'a.ndjson': ndjson(...rows) }, {}, 0)
    expect(planned.rows).toBe(20)
    isWithin(unitsOf(planned), await write(rows))
  })

  it('of updates that add to large items', async () => {
    const { plan, write } = world({ indexes: twoIndexes })
    await write(wide(300))
    const changes = Array.from({ length: 300 }, (_, n) => ({ id: `w${n}`, seen: n }))
    const planned = await plan({ 'a.ndjson': ndjson(...changes) }, { mode: 'update' })
    isWithin(unitsOf(planned), await write(changes, { mode: 'update' }))
  })

  it('and with skip_unchanged, where what differs is larger than what does not', async () => {
    const { plan, write } = world()
    const rows = (text: string) =>
      Array.from({ length: 400 }, (_, n) => ({ id: `u${n}`, t: n % 4 === 0 ? text.repeat(3_000) : 'small' }))
    await write(rows('x'))
    const planned = await plan({ 'a.ndjson': ndjson(...rows('y')) })
    const units = await write(rows('y'), { skip_unchanged: true })
    isWithin(Number(planned.dollars_skip_unchanged), units * 0.625e-6 + 400 * 0.125e-6)
  })

  it('and what skip_unchanged saves', async () => {
    const { plan, write } = world()
    await write(wide(400))
    const half = wide(400).map((item, n) => (n % 2 === 0 ? item : { ...item, score: -1 }))
    const planned = await plan({ 'a.ndjson': ndjson(...half) })
    expect(Number(planned.dollars_skip_unchanged)).toBeLessThan(Number(planned.dollars) * 0.7)
  })
})

describe('a plan', () => {
  it('writes nothing, and counts rows that would be rejected', async () => {
    const { plan, write } = world()
    const planned = await plan({ 'a.ndjson': ndjson({ id: 'a' }, { no: 'key' }, { id: 'b' }) })
    expect(planned).toMatchObject({ rows: 3, rejected: 1, write_units: 2 })
    expect(await write([{ id: 'a' }])).toBe(1)
  })

  it('tells the time at what the table takes, or at a budget', async () => {
    const rows = ndjson(...Array.from({ length: 2_000 }, (_, n) => ({ id: `r${n}` })))
    expect((await world().plan({ 'a.ndjson': rows })).seconds).toBe(2)
    expect((await world().plan({ 'a.ndjson': rows }, { max_share: 50 })).seconds).toBe(4)
    expect((await world().plan({ 'a.ndjson': rows }, { max_wcu: 100 })).seconds).toBe(20)
  })

  it.each([
    [{ manifest: json({ version: 1, files: [] }), table: 'other' }, /table_not_allowed/],
    [{ manifest: json({ version: 2 }), table: 'orders' }, /./]
  ])('refuses what a load would refuse', async ({ manifest, table }, error) => {
    const { deps } = bulkWorld()
    const planned = await planLoad(deps, { table, manifest, options: null }, forever, 1_000)
    expect(planned.errors[0]).toMatch(error)
  })
})

describe('the warnings of a plan', () => {
  const sorted = Array.from({ length: 400 }, (_, n) => ({
    id: `p${String(Math.floor(n / 40)).padStart(3, '0')}`,
    at: n
  }))
  const keys = { id: 'S', at: 'N' } as const

  it('name a hot key, sorted keys, and a table that is not restorable or keeps what should expire', async () => {
    const care: TableCare = async () => ({ isRestorable: false, ttl: null })
    const hot = [...sorted, ...Array.from({ length: 200 }, (_, n) => ({ id: 'p999', at: n }))]
    const ttl = { ttl: { attribute: 'until', days: 3 } }
    const { warnings } = await world({ keys, care }).plan({ 'a.ndjson': ndjson(...hot) }, ttl)
    const text = warnings.join('\n')
    expect(text).toMatch(/one partition key holds 33 %/)
    expect(text).toMatch(/sorted by partition key/)
    expect(text).toMatch(/point-in-time recovery is off/)
    expect(text).toMatch(/TTL is off/)
    expect(text).not.toContain('p999')
  })

  it('say what warm throughput a fresh table needs', async () => {
    const { plan } = world({ isOnDemand: true, stated: 4 })
    const { warnings } = await plan({ 'a.ndjson': ndjson(...wide(300).map(({ id }) => ({ id }))) })
    expect(warnings.join()).toMatch(/takes 4 write units .* warm throughput of 5 /)
  })

  it('are none where all is well', async () => {
    const care: TableCare = async () => ({ isRestorable: true, ttl: 'until' })
    const { plan } = world({ care })
    expect((await plan({ 'a.ndjson': ndjson(...wide(300)) })).warnings).toEqual([])
  })
})
