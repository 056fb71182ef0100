import { describe, expect, it } from 'vitest'
import { row, tableOf } from '../support/rows.ts'
import { tally, writeBench } from '../support/write-bench.ts'

const old = tableOf({ id: 'S' })
const renewed = tableOf({ order_id: 'S' })
const rows = (count: number) =>
  Array.from({ length: count }, (_, n) => row(n, { id: `k${n % 5}`, order_id: `o${n}` }))

describe('a table that was created anew with another key', () => {
  it('is planned for again when its keys are refused', async () => {
    const bench = writeBench({
      lookups: [old, renewed],
      script: () => ({ invalid: (key) => key.includes('"k'), isAboutKeys: true })
    })
    const results = await bench.write(rows(20))
    expect(tally(results.values())).toEqual({ written: 20 })
    expect(bench.port.items.size).toBe(20)
    expect(bench.looks()).toBe(1)
  })

  it('is looked at before rows are rejected for their keys', async () => {
    const bench = writeBench({ lookups: [old, renewed] })
    const results = await bench.write([row(0, { order_id: 'o1' })])
    expect(results.get(0)).toEqual({ status: 'written' })
  })

  it.each([
    [6_000, 1, 'looked at again'],
    [4_000, 0, 'believed']
  ])(
    'that was looked at %i ms ago is, before rows lose to each other: looks %i, %s',
    async (ageMs, looks) => {
      const bench = writeBench({ lookups: [old, renewed], ageMs })
      const results = await bench.write(rows(20))
      expect(bench.looks()).toBe(looks)
      expect(tally(results.values())).toEqual(looks ? { written: 20 } : { written: 5, superseded: 15 })
    }
  )

  it('lets a row be superseded only by a winner that was sent', async () => {
    // The first group is taken by the old table, the second is refused by the new one.
    const many = Array.from({ length: 52 }, (_, n) => row(n, { id: `k${n % 26}`, order_id: `o${n}` }))
    const bench = writeBench({
      // Dice that leave the rows in their order.
      random: () => 0.999,
      lookups: [old, renewed],
      script: ({ nth, keys }) =>
        nth > 0 && keys.some((key) => key.includes('"k'))
          ? { invalid: () => true, isAboutKeys: true }
          : 'pass'
    })

    const results = await bench.write(many)

    expect(results.size).toBe(52)
    // k25's two rows have different keys now: both are written.
    expect([results.get(25)?.status, results.get(51)?.status]).toEqual(['written', 'written'])
    expect([results.get(0)?.status, results.get(26)?.status]).toEqual(['superseded', 'written'])
  })

  it('is given up after a few looks when its key keeps changing', async () => {
    const bench = writeBench({
      lookups: [old, renewed, old, renewed, old],
      script: () => ({ invalid: () => true, isAboutKeys: true })
    })
    const results = await bench.write(rows(2))
    expect(tally(results.values())).toEqual({ unprocessed: 2 })
    expect(bench.port.calls.length).toBeLessThan(5)
  })
})

describe('a table that is gone', () => {
  it('rejects its rows as unknown_table, after one look', async () => {
    const bench = writeBench({ lookups: [old, 'unknown'], script: () => 'no-table' })
    const results = await bench.write(Array.from({ length: 60 }, (_, n) => row(n, { id: `k${n}` })))
    expect(tally(results.values())).toEqual({ rejected: 60 })
    expect(results.get(0)).toMatchObject({ code: 'unknown_table' })
    expect(bench.looks()).toBe(1)
  })

  it('keeps what was written before', async () => {
    const bench = writeBench({
      lookups: [old, 'unknown'],
      script: ({ nth }) => (nth === 0 ? 'pass' : 'no-table')
    })
    const results = await bench.write(Array.from({ length: 40 }, (_, n) => row(n, { id: `k${n}` })))
    expect(tally(results.values())).toEqual({ written: 25, rejected: 15 })
  })

  it('is not concluded from a look that failed', async () => {
    const bench = writeBench({ lookups: [old, 'unavailable'], script: () => 'no-table' })
    const results = await bench.write([row(0, { id: 'a' })], 2_000)
    expect(results.get(0)).toMatchObject({
      status: 'unprocessed',
      message: expect.stringContaining('not ready')
    })
  })
})

describe('a table that cannot be looked up', () => {
  it('leaves its rows unprocessed with the reason', async () => {
    const bench = writeBench({ lookups: ['unavailable'] })
    expect((await bench.write([row(0, { id: 'a' })])).get(0)).toEqual({
      status: 'unprocessed',
      attempts: 0,
      message: 'the look failed; send the row again'
    })
    expect(bench.port.calls).toEqual([])
  })
})
