import { describe, expect, it } from 'vitest'
import { row } from '../support/rows.ts'
import { tally, writeBench } from '../support/write-bench.ts'

const skipping = (n: number, item: Record<string, unknown>, more = {}) =>
  row(n, item, { skip_unchanged: true, ...more })
const rows = (count: number, value = 1) =>
  Array.from({ length: count }, (_, n) => skipping(n, { id: `k${n}`, value }))

describe('rows that skip what is unchanged', () => {
  it('are read 100 at a time, and only those that differ are written', async () => {
    const bench = writeBench()
    await bench.write(rows(150))
    const before = bench.port.calls.length

    const changed = rows(150).with(3, skipping(3, { id: 'k3', value: 2 }))
    const results = await bench.write(changed)

    expect(tally(results.values())).toEqual({ unchanged: 149, written: 1 })
    expect(bench.port.calls.slice(before).map(({ kind, keys }) => [kind, keys.length])).toEqual([
      ['read', 100],
      ['read', 50],
      ['batch', 1]
    ])
    expect(bench.counts.readUnits).toBe(150)
  })

  it('are written when an earlier attempt of them may have written what is there', async () => {
    const bench = writeBench()
    await bench.write(rows(2))
    const again = rows(2).map((each) => ({ ...each, isMaybeTaken: true }))
    const other = skipping(2, { id: 'k1', value: 1 }, { mode: 'update' })
    expect(tally((await bench.write([...again, other])).values())).toEqual({ written: 3 })
  })

  it('are all answered when reads are left, refused and lost', async () => {
    const faults = [{ left: 60 }, 'refused', 'lost', { left: 100 }] as const
    const bench = writeBench({
      script: ({ kind, nth }) => (kind === 'read' ? (faults[nth] ?? 'pass') : 'pass')
    })
    expect(tally((await bench.write(rows(150))).values())).toEqual({ written: 150 })
  })

  it('are written when their keys cannot be read together', async () => {
    const bench = writeBench({ script: ({ kind }) => (kind === 'read' ? { invalid: () => true } : 'pass') })
    expect(tally((await bench.write(rows(30))).values())).toEqual({ written: 30 })
  })

  it('are unprocessed when reading is denied, and later rows of their key do not overtake them', async () => {
    const bench = writeBench({ script: ({ kind }) => (kind === 'read' ? 'denied' : 'pass') })
    const results = await bench.write([
      skipping(0, { id: 'a', x: 1 }, { mode: 'update', version: 'x' }),
      skipping(1, { id: 'a', x: 2 }, { mode: 'update', version: 'x' })
    ])
    expect(tally(results.values())).toEqual({ unprocessed: 2 })
    expect(bench.port.items.size).toBe(0)
  })

  it('go on with the later rows of a key after an unchanged one', async () => {
    const bench = writeBench()
    await bench.write([row(0, { id: 'a', x: 1 })])
    const results = await bench.write([
      skipping(0, { id: 'a', x: 1 }, { mode: 'update', version: 'x' }),
      skipping(1, { id: 'a', x: 2 }, { mode: 'update', version: 'x' })
    ])
    expect([results.get(0)?.status, results.get(1)?.status]).toEqual(['unchanged', 'written'])
  })

  it('delete nothing where nothing is', async () => {
    const bench = writeBench()
    const results = await bench.write([skipping(0, { id: 'a' }, { mode: 'delete' })])
    expect(results.get(0)).toEqual({ status: 'unchanged' })
  })

  it('do not take an item without a marker for a tombstone', async () => {
    const bench = writeBench()
    await bench.write([row(0, { id: 'a', v: 1 })])
    const tombstone = { attribute: 'gone', days: 1 }
    const results = await bench.write([
      skipping(0, { id: 'a', v: 1 }, { mode: 'delete', version: 'v', tombstone })
    ])
    expect(results.get(0)).toEqual({ status: 'stale' })
  })
})
