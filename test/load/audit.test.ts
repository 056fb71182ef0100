import { describe, expect, it } from 'vitest'
import { startLoad } from '../../api/load/start-load.ts'
import { auditOf } from '../support/audit-of.ts'
import { bulkWorld, ndjson, orders } from '../support/bulk-world.ts'
import { json } from '../support/rows.ts'

const forever = new AbortController().signal
const bad = ndjson({ id: 'a' }, { n: 1 }, { id: 5 }, { n: 2 })
const files = { 'a.ndjson': bad, 'b.ndjson': orders(0, 3) }
const listed = [
  { name: 'a.ndjson', rows: 4 },
  { name: 'b.ndjson', rows: 3 }
]
const bytes = Buffer.byteLength(bad) + Buffer.byteLength(orders(0, 3))

const loaded = async () => {
  const world = bulkWorld({ callMs: 5 })
  for (const [name, content] of Object.entries(files)) world.put(`unload/r1/${name}`, content)
  const manifest = json(
    JSON.stringify({ version: 1, run: 'r1', query_id: 'q1', options: { stamp: 'from' }, files: listed })
  )
  await startLoad(world.deps, { table: 'orders', manifest, options: null, user: 'ADA' }, forever)
  await world.drain()
  return world
}

describe('the audit of a run', () => {
  it('begins with what is to be loaded, by whom and how', async () => {
    const world = await loaded()
    expect(auditOf(world.store, 'runs/r1/0-started')).toEqual([
      {
        event: 'run_started',
        run: 'r1',
        table: 'orders',
        generation: 0,
        query_id: 'q1',
        user: 'ADA',
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        started_at: expect.stringMatching(/^\d{4}-.*Z$/),
        expected: 7,
        chunks: 2,
        bytes,
        estimate: {
          rows: 7,
          bytes: expect.any(Number),
          write_units: 4,
          dollars: '0.0000025',
          seconds: null
        },
        options: '{"stamp":"from"}'
      }
    ])
  })

  it('has rejected rows by code, units, dollars and bytes of each chunk', async () => {
    const world = await loaded()
    const [a, b] = auditOf(world.store, 'chunks/r1/')
    expect(a).toMatchObject({
      event: 'chunk_settled',
      chunk: 'a.ndjson',
      kind: 'rows',
      user: 'ADA',
      bytes: Buffer.byteLength(bad),
      written: 1,
      run_read: 4,
      run_rejected: 3,
      reasons: { missing_key: 2, key_type: 1 },
      first_rows: { missing_key: { chunk: 'a.ndjson', row: 1 }, key_type: { chunk: 'a.ndjson', row: 2 } },
      write_units: 1,
      dollars: 0.000000625
    })
    expect(b).toMatchObject({ chunk: 'b.ndjson', written: 3, reasons: {}, write_units: 3 })
    expect(JSON.stringify([a, b])).not.toContain('"n"')
  })

  it('ends with the run: its status, and the same sums', async () => {
    const world = await loaded()
    const [ended] = auditOf(world.store, 'runs/r1/0.ndjson')
    const status = await world.status('r1')
    expect(ended).toMatchObject({ event: 'run_ended', ...status, user: 'ADA', bytes, dollars: 0.0000025 })
    expect(ended?.reasons).toEqual({ missing_key: 2, key_type: 1 })
    expect(status.errors).toEqual([
      'missing_key: 2 rows, first row 1 of a.ndjson: key id is missing in the row, which has n',
      expect.stringMatching(/^key_type: 1 row, first row 2 of a.ndjson: /)
    ])
  })

  it('tells of a redrive as a start of its own, and counts what is still wrong', async () => {
    const world = await loaded()
    await world.redrive('r1', { keys: { id: 'k{n}' } })
    await world.drain()
    expect(auditOf(world.store, 'runs/r1/1-started')).toMatchObject([
      { event: 'run_started', generation: 1, chunks: 1, expected: 7, options: '{"keys":{"id":"k{n}"}}' }
    ])
    expect(auditOf(world.store, 'chunks/r1/').at(-1)).toMatchObject({
      kind: 'rejected',
      read: 3,
      run_read: 0,
      written: 2,
      run_rejected: -2
    })
    const status = await world.status('r1')
    expect(status.rows).toMatchObject({ read: 7, written: 6, rejected: 1 })
    expect(status.errors).toEqual([expect.stringMatching(/^missing_key: 1 row, first row 2 of a.ndjson: /)])
  })
})

describe('option trail of a load', () => {
  it('adds one line a row: key and status, nothing else of the row', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': ndjson({ id: 'a', secret: 1 }, { n: 2 }) }, { options: { trail: true } })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    const from = { event: 'row', table: 'orders', run: 'r1', chunk: 'a.ndjson', at: expect.any(String) }
    expect(auditOf(world.store, 'rows/r1/')).toEqual([
      { ...from, row: 0, key: { id: 'a' }, status: 'written' },
      { ...from, row: 1, key: null, status: 'rejected' }
    ])
  })
})

describe('a run of which nothing could be stored', () => {
  it('is complete, and the first thing it says is a warning', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': ndjson({ ID: 'a' }, { ID: 'b' }) })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    const { state, errors } = await world.status('r1')
    expect(state).toBe('complete')
    expect(errors[0]).toBe('warning: all 2 rows were rejected')
    expect(errors[1]).toMatch(/^missing_key: 2 rows, first row 0 of a.ndjson: .*ID/)
  })
})
