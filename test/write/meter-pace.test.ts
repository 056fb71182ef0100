import { describe, expect, it } from 'vitest'
import { newMeter } from '../../api/ledger/meter.ts'
import type { MeterStore } from '../../api/ledger/meter-store.ts'
import { memoryMeters } from '../../api/local/simulate/memory-meters.ts'
import { openMemory } from '../../api/write/meter-memory.ts'
import { type MeterPace, meterPace } from '../../api/write/meter-pace.ts'
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts'

const never = new AbortController().signal

/** The pace of a batch in a process of its own: it shares nothing but the meters. */
const batch = (
  clock: VirtualClock,
  meters: MeterStore,
  { stated = 100, isDrain = false, owed = 0, withinMs = 20_000, lost = [] as string[] } = {}
): MeterPace => {
  const onLoss = (error: unknown): void => void lost.push((error as Error).name)
  const waits = { isDrain, owed, untilMs: clock.now() + withinMs }
  return meterPace('orders', { clock, meters, stated, memory: openMemory(), onLoss }, waits)
}

/** Sends so many units through a pace; gives back when each call went, and how much it carried. */
const send = async (clock: VirtualClock, pace: MeterPace, units: number) => {
  const calls: Array<{ readonly at: number; readonly units: number }> = []
  for (let left = units; left > 0; ) {
    const ticket = await pace.enter(never, left, left)
    if (ticket === undefined) break
    const carried = Math.min(left, ticket.units ?? 25)
    calls.push({ at: clock.passed(), units: carried })
    left -= carried
    pace.leave(ticket, 'taken', { accepted: carried, refused: 0 })
  }
  return calls
}
const sum = (calls: ReadonlyArray<{ readonly units: number }>): number =>
  calls.reduce((units, call) => units + call.units, 0)

describe('batches of several processes at one table', () => {
  it('share its rate: together they send in any second what the meter allows, and no more', async () => {
    const clock = virtualClock()
    const meters = memoryMeters()
    const calls = (
      await Promise.all(Array.from({ length: 4 }, () => send(clock, batch(clock, meters), 100)))
    ).flat()

    expect(sum(calls)).toBe(400)
    for (let second = 0; second < 4; second += 1) {
      const sent = calls.filter(({ at }) => Math.floor(at / 1_000) === second)
      expect(sum(sent)).toBeLessThanOrEqual(150)
    }
    expect(Math.max(...calls.map(({ at }) => at))).toBeGreaterThan(3_000)
  })

  it('are sent away when the way is long, with a place in the queue as long as it fits, and back when it does not', async () => {
    const clock = virtualClock()
    const meters = memoryMeters()
    await meters.create({ ...newMeter('orders', 100, clock.now()), tail: 1_000, end: 1_000 })
    const away = batch(clock, meters)
    expect(await away.enter(never, 500, 25)).toBeUndefined()
    expect(away.verdict()).toBe('away')
    expect(await away.promise()).toEqual([{ table: 'orders', units: 500, mark: 1_500 }])

    const refused = batch(clock, meters)
    expect(await refused.enter(never, 19_000, 25)).toBeUndefined()
    expect(refused.verdict()).toBe('refused')
  })

  it('are not kept out by promises of batches that are gone', async () => {
    const clock = virtualClock()
    const meters = memoryMeters()
    await meters.create({ ...newMeter('orders', 100, clock.now()), end: 3_000 })
    expect(await batch(clock, meters).enter(never, 25, 25)).toBeUndefined()
    await clock.sleep(31_000)

    expect(await batch(clock, meters).enter(never, 25, 25)).toBeDefined()
  })
})

describe('a batch with a deadline', () => {
  it('takes no place beyond it, so that none passes unused', async () => {
    const clock = virtualClock()
    const meters = memoryMeters()
    const calls = await send(clock, batch(clock, meters, { withinMs: 3_000 }), 1_000)

    expect(sum(calls)).toBeLessThanOrEqual(300)
    expect((await meters.get('orders'))?.tail).toBe(sum(calls))
  })
})

describe('a meter that fails', () => {
  it('is done without for a while, and then asked again', async () => {
    const clock = virtualClock()
    const meters = memoryMeters()
    const lost: string[] = []
    let isDown = true
    const get: MeterStore['get'] = async (table) => {
      if (isDown) throw new Error('the ledger is down')
      return meters.get(table)
    }
    const pace = batch(clock, { ...meters, get }, { lost })
    const first = await pace.enter(never, 50, 25)
    expect(first).toBeDefined()
    expect(first?.units).toBeUndefined()
    isDown = false
    await clock.sleep(5_001)

    expect((await pace.enter(never, 50, 25))?.units).toBe(25)
    expect(lost).toEqual(['Error'])
  })

  it('by not answering costs half a second', async () => {
    const clock = virtualClock()
    const silent = () => new Promise<never>(() => {})
    const pace = batch(clock, { get: silent, create: silent, change: silent })

    expect(await pace.enter(never, 50, 25)).toBeDefined()
    expect(clock.passed()).toBeLessThan(600)
  })

  it('by a clock that is ahead of ours is done without', async () => {
    const clock = virtualClock()
    const meters = memoryMeters()
    const lost: string[] = []
    await meters.create(newMeter('orders', 100, clock.now() + 60_000))
    const pace = batch(clock, meters, { lost })

    expect(await pace.enter(never, 50, 25)).toBeDefined()
    expect(clock.passed()).toBe(0)
    expect(lost).toEqual(['ClockSkew'])
  })
})
