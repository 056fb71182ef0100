import { describe, expect, it } from 'vitest'
import { diceOf } from '../support/bulk-world.ts'
import { row } from '../support/rows.ts'
import { tally, writeBench } from '../support/write-bench.ts'

const rows = (count: number, more = {}) =>
  Array.from({ length: count }, (_, n) => row(n, { id: `k${n}`, ...more }))

describe('plain puts and deletes', () => {
  it('go in groups of 25', async () => {
    const bench = writeBench()
    expect(tally((await bench.write(rows(60))).values())).toEqual({ written: 60 })
    expect(bench.port.calls.map(({ kind, keys }) => [kind, keys.length])).toEqual([
      ['batch', 25],
      ['batch', 25],
      ['batch', 10]
    ])
  })

  it('go mixed: rows sorted by key would hit one partition after the other', async () => {
    const bench = writeBench({ random: diceOf(7) })
    await bench.write(rows(500))
    const spans = bench.port.calls.map(({ keys }) => {
      const numbers = keys.map((key) => Number(/\d+/.exec(key)?.[0]))
      return Math.max(...numbers) - Math.min(...numbers)
    })

    expect(spans).toHaveLength(20)
    for (const span of spans) expect(span).toBeGreaterThan(250)
    expect(new Set(bench.port.calls.flatMap(({ keys }) => keys)).size).toBe(500)
  })

  it('go in groups whose JSON stays below 16 MB, whatever is in them', async () => {
    const bench = writeBench()
    const large = 'x'.repeat(400_000)
    await bench.write(rows(12, { large }))
    for (const { keys } of bench.port.calls)
      expect(keys.length * 409_600 * 7.5).toBeLessThan(16 * 1024 * 1024)
  })

  it('that are left unprocessed fill the next groups', async () => {
    const bench = writeBench({ script: ({ nth }) => (nth < 2 ? { left: 10 } : 'pass') })
    expect(tally((await bench.write(rows(50))).values())).toEqual({ written: 50 })
    expect(bench.port.calls.map(({ keys }) => keys.length)).toEqual([25, 25, 20])
  })

  it('that were taken are not sent again', async () => {
    const bench = writeBench({ script: ({ nth }) => (nth === 0 ? { left: 3 } : 'pass') })
    await bench.write(rows(25))
    expect(bench.port.calls[1]?.keys).toEqual(bench.port.calls[0]?.keys.slice(0, 3))
  })

  it('whose answer was lost are sent again and answered once', async () => {
    const bench = writeBench({ script: ({ nth }) => (nth === 0 ? 'applied-lost' : 'pass') })
    expect(tally((await bench.write(rows(25))).values())).toEqual({ written: 25 })
    expect(bench.port.calls).toHaveLength(2)
  })

  it('are split until the refused row stands alone', async () => {
    const bench = writeBench({ script: () => ({ invalid: (key) => key.includes('k7"') }) })
    const results = await bench.write(rows(25))
    expect(results.get(7)).toEqual({
      status: 'rejected',
      code: 'unsupported_value',
      message: 'refused by the script'
    })
    expect(tally(results.values())).toEqual({ rejected: 1, written: 24 })
    expect(bench.port.calls.length).toBeLessThanOrEqual(11)
  })

  it('are split, too, when DynamoDB stumbles over one of them again and again', async () => {
    const bench = writeBench({
      script: ({ keys }) => (keys.some((key) => key.includes('k7"')) ? 'lost' : 'pass')
    })
    const results = await bench.write(rows(100))
    expect(results.get(7)?.status).toBe('unprocessed')
    expect(tally(results.values())).toEqual({ unprocessed: 1, written: 99 })
  })

  it('stay together however often the table throttles', async () => {
    const bench = writeBench({ script: ({ nth }) => (nth < 12 ? 'refused' : 'pass') })
    expect(tally((await bench.write(rows(100))).values())).toEqual({ written: 100 })
    expect(bench.port.calls.every(({ keys }) => keys.length === 25)).toBe(true)
  })

  it('stay together in an outage', async () => {
    const bench = writeBench({ script: ({ nth }) => (nth < 12 ? 'lost' : 'pass') })
    expect(tally((await bench.write(rows(200))).values())).toEqual({ written: 200 })
    expect(bench.port.calls.length).toBeLessThanOrEqual(12 + 9)
  })

  it('say why a single one is left, when it stays so until the deadline', async () => {
    const bench = writeBench({ script: () => ({ left: 1 }) })
    const results = await bench.write(rows(1), 3_000)
    expect(results.get(0)).toMatchObject({
      status: 'unprocessed',
      message: 'ran out of time: DynamoDB throttles and left writes unprocessed; send the row again'
    })
    expect(bench.counts.throttles).toBe(bench.port.calls.length)
  })

  it('that are denied are not tried again', async () => {
    const bench = writeBench({ script: () => 'denied' })
    expect(tally((await bench.write(rows(50))).values())).toEqual({ unprocessed: 50 })
    expect(bench.port.calls).toHaveLength(2)
  })
})
