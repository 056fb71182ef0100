import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { auditOf, rejectedOf, sumOf } from '../support/audit-of.ts'
import { bulkWorld, ndjson, orders } from '../support/bulk-world.ts'

const manifestKey = 'unload/r1/manifest.json'

describe('a run of good chunks', () => {
  it('writes every row, moves every chunk to done/, and says so once', async () => {
    const world = bulkWorld()
    const files = [
      { name: 'a.ndjson.gz', rows: 5_000 },
      { name: 'sub/b.csv', rows: 2 },
      { name: 'empty.ndjson', rows: 0 }
    ]
    const chunks = {
      'a.ndjson.gz': gzipSync(orders(0, 5_000)),
      'sub/b.csv': 'id,n\nx1,1\nx2,2\n',
      'empty.ndjson': ''
    }
    world.unload('r1', chunks, { files, query_id: 'q1' })
    await world.arrive(manifestKey)
    await world.drain()

    const status = await world.status('r1')
    expect(status).toMatchObject({
      state: 'complete',
      chunks: { total: 3, settled: 3, failed: 0 },
      rows: { expected: 5_002, read: 5_002, written: 5_002 },
      write_units: 5_002,
      errors: []
    })
    expect(world.ids()).toHaveLength(5_002)
    expect(world.store.keys('done/r1/')).toEqual([
      'done/r1/a.ndjson.gz',
      'done/r1/empty.ndjson',
      'done/r1/sub/b.csv'
    ])
    expect(world.store.keys('unload/')).toEqual([manifestKey])
    expect(world.store.keys('rejected/')).toEqual([])
    expect(world.announced).toEqual([status])
    expect(auditOf(world.store, 'chunks/r1/')).toHaveLength(3)
    expect(auditOf(world.store, 'runs/r1/')).toMatchObject([
      { event: 'run_started', query_id: 'q1', expected: status.rows.expected },
      { event: 'run_ended', query_id: 'q1', rows: status.rows }
    ])
  })

  it('lets the last row of a key win, within a slice and across slices', async () => {
    const world = bulkWorld()
    world.unload('r1', {
      'a.ndjson': orders(0, 2_500) + ndjson({ id: 'r0001', n: -1 }, { id: 'r2499', n: -2 })
    })
    await world.arrive(manifestKey)
    await world.drain()
    const { rows } = await world.status('r1')
    expect(rows).toMatchObject({ read: 2_502, written: 2_501, superseded: 1 })
    expect([...world.port.items.values()].filter((item) => item.get('n')?.N?.startsWith('-'))).toHaveLength(2)
  })
})

/** One bad row in each way, and a good one before, between and after them. */
const withBadRows = [
  '{"id":"g1"}',
  'not json at all',
  '{"n":1}',
  '{"id":5}',
  '{"id":""}',
  '[1,2]',
  '"text"',
  '{"id":"big","n":1e130}',
  '{"id":"twice","n":1,"n":2}',
  `{"id":"huge","t":"${'x'.repeat(410_000)}"}`,
  '{"id":"g2"}',
  '{"id":"cut off"',
  '{"id":"g3","digits":12345678901234567890123456789012345678}'
].join('\n')
const codes = [
  'unreadable_row',
  'missing_key',
  'key_type',
  'invalid_key',
  'not_an_object',
  'not_an_object',
  'number_out_of_range',
  'duplicate_attribute',
  'item_too_large',
  'unreadable_row'
]

describe('a chunk with one bad row in each way', () => {
  const load = async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': withBadRows })
    await world.arrive(manifestKey)
    await world.drain()
    return world
  }
  /** Rewrites the rejected file by hand, as a user would. */
  const mend = async (
    world: Awaited<ReturnType<typeof load>>,
    mended: (line: object, n: number) => object
  ) => {
    const lines = rejectedOf(world.store, 'r1')['a.ndjson'] ?? []
    const text = lines.map((line, n) => `${JSON.stringify(mended(line, n))}\n`).join('')
    world.put('rejected/r1/a.ndjson.ndjson.gz', gzipSync(text))
  }

  it('ends with the others written and the bad ones set aside, each with number, code, message and row', async () => {
    const world = await load()
    expect(world.ids()).toEqual(['g1', 'g2', 'g3'])
    const status = await world.status('r1')
    expect(status).toMatchObject({ state: 'complete', rows: { read: 13, written: 3, rejected: 10 } })
    expect(status.errors).toHaveLength(new Set(codes).size)
    for (const code of codes)
      expect(status.errors).toContainEqual(
        expect.stringMatching(
          new RegExp(
            `^${code}: ${codes.filter((each) => each === code).length} rows?, first row ${codes.indexOf(code) + 1} of a.ndjson: .`
          )
        )
      )
    const lines = rejectedOf(world.store, 'r1')['a.ndjson'] ?? []
    expect(lines.map(({ code }) => code)).toEqual(codes)
    expect(lines.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 11])
    expect(lines[0]).toMatchObject({ text: 'not json at all' })
    expect(lines[2]).toMatchObject({ row: { id: 5 } })
    expect(world.store.keys('rejected/')).toEqual(['rejected/r1/a.ndjson.ndjson.gz'])
  })

  it('is finished by one redrive when the rows are mended where they lie', async () => {
    const world = await load()
    await mend(world, (line, n) => ({ ...line, row: { id: `mended-${n}` } }))
    await world.redrive('r1')
    await world.drain()
    const status = await world.status('r1')
    expect(status).toMatchObject({
      state: 'complete',
      chunks: { total: 1, settled: 1, failed: 0 },
      rows: { read: 13, written: 13, rejected: 0 },
      errors: []
    })
    expect(world.ids()).toHaveLength(13)
    expect(world.store.keys('rejected/')).toEqual([])
    expect(world.store.keys('done/r1/')).toEqual([
      'done/r1/a.ndjson',
      'done/r1/redriven-1/a.ndjson.ndjson.gz'
    ])
    expect(world.announced).toHaveLength(2)
  })

  it('stays as it is when a redrive finds nothing mended, a name that is there twice included', async () => {
    const world = await load()
    const { rows } = await world.status('r1')
    await world.redrive('r1')
    await world.drain()
    expect((await world.status('r1')).rows).toEqual(rows)
    expect(world.ids()).toEqual(['g1', 'g2', 'g3'])
  })

  it('is never taken for a row itself where it holds none, or NULL, however often it is sent again', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': 'null\n[1]\n' })
    await world.arrive(manifestKey)
    await world.drain()
    await mend(world, (line, n) => (n === 0 ? line : { number: 1, id: 'not a row' }))
    for (const _ of [1, 2, 3]) {
      await world.redrive('r1')
      await world.drain()
    }
    expect(rejectedOf(world.store, 'r1')['a.ndjson']).toMatchObject([
      { number: 0, code: 'not_an_object', row: null },
      { number: 1, code: 'unreadable_row', message: expect.stringContaining('holds no "row"') }
    ])
    expect(world.ids()).toEqual([])
  })

  it('shows after a redrive what is wrong now, not what was wrong before it', async () => {
    const world = await load()
    await mend(world, (line, n) => (n < 9 ? { ...line, row: { id: `mended-${n}` } } : line))
    await world.redrive('r1')
    await world.drain()
    const { errors } = await world.status('r1')
    expect(errors).toEqual([expect.stringMatching(/^unreadable_row: 1 row, first row 11 of a\.ndjson: /)])
  })

  it('keeps what is still bad for the next redrive, and the counts right', async () => {
    const world = await load()
    await mend(world, (line, n) => (n < 4 || n === 7 ? { ...line, row: { id: `mended-${n}` } } : line))
    await world.redrive('r1')
    await world.drain()
    const status = await world.status('r1')
    expect(status.rows).toMatchObject({ read: 13, written: 8, rejected: 5 })
    expect(sumOf(status)).toBe(13)
    expect(rejectedOf(world.store, 'r1')['a.ndjson']?.map(({ number }) => number)).toEqual([5, 6, 7, 9, 11])
    await mend(world, (line, n) => ({ ...line, row: { id: `again-${n}` } }))
    await world.redrive('r1')
    await world.drain()
    expect((await world.status('r1')).rows).toMatchObject({ read: 13, written: 13, rejected: 0 })
  })

  it('takes other options when the redrive brings some', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': '{"ID":"k1"}\n{"ID":"k2"}\n' })
    await world.arrive(manifestKey)
    await world.drain()
    expect((await world.status('r1')).rows).toMatchObject({ rejected: 2 })
    await world.redrive('r1', { names: 'lower' })
    await world.drain()
    expect((await world.status('r1')).rows).toMatchObject({ read: 2, written: 2, rejected: 0 })
    expect(world.ids()).toEqual(['k1', 'k2'])
  })
})

describe('a chunk that cannot be read at all', () => {
  const load = async (name: string, content: string | Uint8Array, rows?: number) => {
    const world = bulkWorld()
    const listed = [
      { name, ...(rows === undefined ? {} : { rows }) },
      { name: 'good.ndjson', rows: 2 }
    ]
    world.unload('r1', { [name]: content, 'good.ndjson': orders(0, 2) }, { files: listed })
    await world.arrive(manifestKey)
    await world.drain()
    return world
  }

  it.each([
    ['is no gzip', 'a.ndjson.gz', 'plain text', undefined, /gzip|compress/i],
    [
      'is cut off',
      'a.ndjson.gz',
      gzipSync(orders(0, 999)).subarray(0, -9),
      undefined,
      /cut off|ends|corrupt|gzip/i
    ],
    ['is no Parquet', 'a.parquet', 'plain text', undefined, /parquet/i],
    ['has fewer rows than promised', 'a.ndjson', orders(5, 8), 4, /promises 4 rows, the chunk has 3/],
    ['has more rows than promised', 'a.ndjson', orders(5, 8), 2, /promises 2 rows, the chunk has 3/]
  ] as const)(
    'goes to failed/ when it %s, and the others are loaded',
    async (_, name, content, rows, error) => {
      const world = await load(name, content, rows)
      const status = await world.status('r1')
      expect(status).toMatchObject({ state: 'failed', chunks: { total: 2, settled: 1, failed: 1 } })
      expect(status.errors.join()).toMatch(error)
      expect(sumOf(status)).toBe(status.rows.read)
      expect(world.store.keys('failed/r1/')).toEqual([`failed/r1/${name}`])
      expect(world.store.keys('done/r1/')).toEqual(['done/r1/good.ndjson'])
      expect(world.ids().slice(0, 2)).toEqual(['r0000', 'r0001'])
      expect(
        auditOf(world.store, 'chunks/r1/')
          .map(({ event }) => event)
          .toSorted()
      ).toEqual(['chunk_failed', 'chunk_settled'])
    }
  )

  it('is loaded by a redrive from failed/ when it is mended there, also in the second redrive', async () => {
    const world = await load('a.ndjson.gz', gzipSync(orders(2, 999)).subarray(0, -9))
    await world.redrive('r1')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({
      state: 'failed',
      chunks: { total: 2, settled: 1, failed: 1 }
    })
    world.put('failed/r1/a.ndjson.gz', gzipSync(orders(2, 10)))
    await world.redrive('r1')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({
      state: 'complete',
      chunks: { total: 2, settled: 2, failed: 0 },
      rows: { read: 10, written: 10 },
      errors: []
    })
    expect(world.store.keys('failed/')).toEqual([])
    expect(world.store.keys('done/r1/')).toEqual(['done/r1/a.ndjson.gz', 'done/r1/good.ndjson'])
  })

  it('leaves no rejected rows behind when it failed with some and was mended', async () => {
    const world = await load('a.ndjson', `${orders(5, 8)}{"n":1}\n`, 9)
    expect(world.store.keys('rejected/')).toHaveLength(1)
    world.put('failed/r1/a.ndjson', orders(5, 14))
    await world.redrive('r1')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({
      state: 'complete',
      rows: { read: 11, written: 11, rejected: 0 }
    })
    expect(world.store.keys('rejected/')).toEqual([])
  })

  it('fails when it was replaced after the run was opened', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': orders(0, 5) })
    await world.arrive(manifestKey)
    const opened = world.deps.queue.send
    Object.assign(world.deps.queue, {
      async send(body: string, delay?: number) {
        if (body.includes('"chunk"')) world.put('unload/r1/a.ndjson', orders(0, 6))
        await opened(body, delay)
      }
    })
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'failed', errors: [/replaced/] })
    expect(world.store.keys('unload/r1/a.ndjson')).toHaveLength(1)
  })
})

describe('a run of which a chunk failed', () => {
  it('says first which and why, whatever else it has to say', async () => {
    const world = bulkWorld()
    const warned = Array.from({ length: 12 }, (_, n) => [`a${n}.csv`, `id,t\na${n},"x"\nb${n},y\n,z\n`])
    world.unload('r1', { ...Object.fromEntries(warned), 'z.parquet': 'no Parquet' })
    await world.arrive(manifestKey)
    await world.drain()
    const { state, chunks, errors } = await world.status('r1')
    expect({ state, chunks }).toEqual({ state: 'failed', chunks: { total: 13, settled: 12, failed: 1 } })
    expect(errors).toMatchObject([
      expect.stringMatching(/^z\.parquet: the chunk cannot be read as Parquet/),
      expect.stringMatching(/^missing_key: 12 rows/),
      ...Array.from({ length: 8 }, () => expect.stringMatching(/^a\d+\.csv: warning: column t/))
    ])
  })
})
