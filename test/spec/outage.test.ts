import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extent } from '../support/extent.ts'
import { row } from '../support/rows.ts'
import type { PortFault } from '../support/scripted-port.ts'
import { tally, writeBench } from '../support/write-bench.ts'

const rows = (options = {}) =>
  Array.from({ length: 200 }, (_, n) => row(n, { id: `k${n}`, updated_at: n }, options))

const kinds = [
  ['plain puts', {}],
  ['versioned puts', { version: 'updated_at' }],
  ['updates', { mode: 'update' }],
  ['puts that skip what is unchanged', { skip_unchanged: true }]
] as const
const outages: ReadonlyArray<readonly [string, (keys: number, kind: string) => PortFault]> = [
  ['throttles everything', () => 'refused'],
  ['leaves everything unprocessed', (keys, kind) => (kind === 'single' ? 'refused' : { left: keys })],
  ['never answers for sure', () => 'lost'],
  ['is not there for a while', () => 'no-table']
]
/** Park-Miller: https://doi.org/10.1145/63039.63042 */
const dice = (seed: number): (() => number) => {
  let state = 1 + (Math.abs(seed) % 2_147_483_646)
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

describe.each(kinds)('200 %s', (_kind, options) => {
  describe.each(outages)('to a table that %s for 10 s', (_outage, fault) => {
    it('cost fewer than 60 calls and are answered unprocessed at the deadline', async () => {
      const bench = writeBench({ script: ({ keys, kind }) => fault(keys.length, kind) })

      const results = await bench.write(rows(options), 10_000)

      expect(tally(results.values())).toEqual({ unprocessed: 200 })
      expect(bench.port.calls.length).toBeGreaterThan(3)
      expect(bench.port.calls.length).toBeLessThan(60)
      expect(bench.port.items.size).toBe(0)
      expect(bench.clock.passed()).toBe(10_000)
    })

    it('are all written once the table is back, soon after', async () => {
      const start = writeBench().clock.now()
      const bench = writeBench({
        script: ({ keys, kind, at }) => (at - start < 10_000 ? fault(keys.length, kind) : 'pass')
      })

      const results = await bench.write(rows(options), 20_000)

      expect(tally(results.values())).toEqual({ written: 200 })
      expect(bench.port.items.size).toBe(200)
      expect(bench.clock.passed()).toBeLessThan(14_000)
    })
  })

  it('stay below 60 calls whatever the dice', () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const bench = writeBench({ script: () => 'refused', random: dice(seed) })

        await bench.write(rows(options), 10_000)

        expect(bench.port.calls.length).toBeLessThan(60)
      }),
      { numRuns: extent(12, 90) }
    ))
})

describe('an outage that begins in the middle', () => {
  it('stops the calls that were in full swing', async () => {
    const bench = writeBench({ script: ({ nth }) => (nth < 100 ? 'pass' : 'refused') })
    const many = Array.from({ length: 1_000 }, (_, n) => row(n, { id: `k${n}`, v: 1 }, { version: 'v' }))

    const results = await bench.write(many, 10_000)

    expect(tally(results.values())).toEqual({ written: 100, unprocessed: 900 })
    expect(bench.port.calls.length).toBeLessThan(100 + 60)
  })
})

describe('the answer of a row that ran out of time', () => {
  it('counts its attempts and says why, without row contents', async () => {
    const bench = writeBench({ script: () => 'refused' })

    const results = await bench.write([row(0, { id: 'secret' })], 10_000)

    expect(results.get(0)).toEqual({
      status: 'unprocessed',
      attempts: bench.port.calls.length,
      message: 'ran out of time: throttled by the script; send the row again'
    })
  })
})
