import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutBatches } from '../../../api/local/snowflake-caller/batches.ts'

const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('cutting a statement into batches', () => {
  it('takes every row once, in order, and never more than MAX_BATCH_ROWS', () =>
    fc.assert(
      fc.property(fc.nat(20_000), fc.integer({ min: 1, max: 5_000 }), dice, (rowCount, cap, die) => {
        const batches = cutBatches(rowCount, cap, () => die)
        const starts = batches.map(({ from }) => from)
        const ends = batches.map(({ to }) => to)

        expect([...starts, rowCount]).toEqual([0, ...ends])
        expect(batches.every(({ from, to }) => from < to && to - from <= cap)).toBe(true)
      })
    ))

  it('makes the cap a cap and not a target', () => {
    const sizes = cutBatches(10_000, 500, () => 0.5).map(({ from, to }) => to - from)

    expect(new Set(sizes)).toEqual(new Set([500, 176, 296]))
  })

  it('cuts as the dice say', () => {
    const cut = (die: number) => cutBatches(10_000, 500, () => die)

    expect(cut(0.3)).toEqual(cut(0.3))
    expect(cut(0.3)).not.toEqual(cut(0.6))
  })

  it('needs no batch for no rows', () => expect(cutBatches(0, 500, () => 0)).toEqual([]))

  it.each([0, -1, 1.5, Number.NaN])('refuses MAX_BATCH_ROWS = %s', (cap) => {
    expect(() => cutBatches(1, cap, () => 0)).toThrow('MAX_BATCH_ROWS must be a whole number')
  })
})
