import { describe, expect, it } from 'vitest'
import type { MeterStore } from '../../api/ledger/meter-store.ts'
import { dice } from '../../api/local/simulate/dice.ts'
import { heapClock } from '../../api/local/simulate/heap-clock.ts'
import { memoryMeters } from '../../api/local/simulate/memory-meters.ts'
import { simulatedTable } from '../../api/local/simulate/simulated-table.ts'
import { openPaces } from '../../api/write/paces.ts'
import { noCounts } from '../../api/write/settlement.ts'
import { writeRows } from '../../api/write/write-rows.ts'
import { context, row, tableOf } from '../support/rows.ts'

const never = new AbortController().signal

/** A table of 1,000 units, and writers that are processes of their own: they share nothing but the meters. */
const world = ({ unitsOfRow = 1 } = {}) => {
  const clock = heapClock(dice(3))
  const meters = memoryMeters()
  const target = simulatedTable(clock, { wcuAt: () => 1_000, burstUnits: 1_000, partitions: 1 })
  const table = { ...tableOf(), statedUnits: 1_000 }
  const { batch } = target.port
  const port = {
    ...target.port,
    async batch(...asked: Parameters<typeof batch>) {
      const answer = await batch(...asked)
      return answer.kind === 'answered' ? { ...answer, units: answer.units * unitsOfRow } : answer
    }
  }
  const found = { kind: 'table', table, isFresh: true } as const
  const writer = {
    port,
    schemas: { known: () => found.table, find: async () => found, lookAgain: async () => found },
    clock
  }
  let written = 0
  const process = (options: object, isPolite: boolean, store: MeterStore = meters) => {
    const paces = openPaces({ meters: store }, clock, () => {})
    const { paceFor } = paces({ isPatient: true, isPolite, promises: [], untilMs: Number.POSITIVE_INFINITY })
    return async (rows: number): Promise<void> => {
      const all = Array.from({ length: rows }, (_, n) => row(n, { id: `${written++}` }, { ...options }))
      await writeRows(writer, { table: 'orders', rows: all, context, counts: noCounts(), paceFor }, never)
    }
  }
  return { clock, process, perSecond: target.tally.perSecond }
}

/** Writes so many slices, one after another. */
const repeat = async (times: number, work: () => Promise<void>): Promise<void> => {
  for (let n = 0; n < times; n += 1) await work()
}

const windows = (perSecond: readonly number[], length: number): readonly number[] =>
  Array.from({ length: Math.max(0, perSecond.length - length) }, (_, from) =>
    Array.from({ length }, (_, n) => perSecond[from + n] ?? 0).reduce((sum, units) => sum + units, 0)
  )

describe('a budget', () => {
  it('of half a table is kept by two loads, a sync and 64 batches together, over any 10 s', async () => {
    const { clock, process, perSecond } = world()
    const options = { max_share: 50 }
    const loads = Array.from({ length: 8 }, () => {
      const write = process(options, true)
      return repeat(5, () => write(250))
    })
    const sync = repeat(6, () => process(options, false)(500))
    const batches = Array.from({ length: 64 }, () => process(options, false)(150))
    await Promise.all([...loads, sync, ...batches])
    clock.stop()

    const kept = windows(perSecond.slice(0, -1), 10)
    expect(kept.length).toBeGreaterThan(20)
    expect(Math.max(...kept)).toBeLessThanOrEqual(5_500)
    expect(Math.min(...kept)).toBeGreaterThanOrEqual(4_500)
  })

  it('of the largest that is named is kept by all together', async () => {
    const { clock, process, perSecond } = world()
    await Promise.all([
      ...Array.from({ length: 4 }, () => repeat(4, () => process({ max_wcu: 300 }, true)(250))),
      ...Array.from({ length: 4 }, () => repeat(4, () => process({ max_wcu: 100 }, false)(250)))
    ])
    clock.stop()
    const kept = windows(perSecond.slice(0, -1), 10)
    expect(Math.max(...kept)).toBeLessThanOrEqual(3_300)
    expect(Math.min(...kept.slice(0, 10))).toBeGreaterThanOrEqual(2_700)
  })

  it('holds nobody who names none', async () => {
    const { clock, process } = world()
    const slow = process({ max_wcu: 10 }, false)(100)
    const startMs = clock.now()
    await process({}, false)(2_000)
    expect(clock.now() - startMs).toBeLessThan(3_000)
    await slow
    clock.stop()
  })

  it('counts what was consumed: index writes, too', async () => {
    const { clock, process } = world({ unitsOfRow: 3 })
    const startMs = clock.now()
    await process({ max_wcu: 300 }, false)(1_000)
    clock.stop()
    expect((clock.now() - startMs) / 1_000).toBeGreaterThan(9)
    expect((clock.now() - startMs) / 1_000).toBeLessThan(11)
  })

  it('is kept by each batch for itself when no meter answers', async () => {
    const { clock, process } = world()
    const fail = async () => Promise.reject(new Error('the ledger is down'))
    const startMs = clock.now()
    await process({ max_wcu: 50 }, false, { get: fail, create: fail, change: fail })(200)
    expect(clock.now() - startMs).toBeGreaterThan(3_000)
    clock.stop()
  })
})
