import {
  dueAt,
  isDueToLearn,
  isIdle,
  isSkewed,
  isTooFar,
  isTooLate,
  type Meter,
  newMeter,
  noReport,
  placesToTake,
  type Report,
  sumOf
} from '../ledger/meter.ts'
import { toIdle, toLearn, toPromise, toRaise, toTake } from '../ledger/meter-changes.ts'
import type { MeterChange, MeterStore } from '../ledger/meter-store.ts'
import type { Clock } from '../runtime/clock.ts'
import { meterAnswerMs } from '../runtime/time-budgets.ts'
import { within } from '../runtime/within.ts'
import type { MeterMemory } from './meter-memory.ts'

/** Why a batch stops before its deadline: its rows go to the queue, or Snowflake is to come again later. */
export type Admission = 'away' | 'refused'

export interface MeterDeps {
  readonly meters: MeterStore
  readonly clock: Clock
  /** Stated units a second of the table, where it says so. */
  readonly stated: number | undefined
  readonly memory: MeterMemory
  /** The ledger failed or was slow: the batch goes on with back-off alone. */
  readonly onLoss: (error: unknown) => void
}

/** Places that one batch holds at the meter of one table. Methods that ask the ledger throw what it throws. */
export interface MeterPlaces {
  verdict(): Admission | undefined
  /** Takes places for so many units unless some are left; false when the batch is sent away. */
  ensure(units: number): Promise<boolean>
  /** Waits until the next place is due; false when the deadline comes first. */
  wait(signal: AbortSignal): Promise<boolean>
  /** Uses up to so many of the places; never none. */
  use(units: number): number
  /** A call carried more than its places: they are taken from the next ones. */
  owe(units: number): void
  /** Promises units to the queue, unless that was done when the batch was sent away. @returns their last place */
  promise(units: number): Promise<number | undefined>
}

/** How a batch waits for places. */
export interface Waits {
  readonly owed: number
  readonly isDrain: boolean
  readonly untilMs: number
}

const mostSleepMs = 1_000
const reportKeptMs = 5_000
/** After so many lost races the view of the head is not compared any more; after many more something is wrong. */
const mostRaces = 8
const mostTries = 40

/**
 * @param owedUnits units that were promised to the queue earlier: all of a drained batch, none of a new one
 * @param isDrain it waits for its place however far it is
 * @param untilMs places that are due later are not taken
 */
export const meterPlaces = (
  table: string,
  { meters, clock, stated, memory }: Omit<MeterDeps, 'onLoss'>,
  { owed: owedUnits, isDrain, untilMs }: Waits
): MeterPlaces => {
  let owed = owedUnits
  let isFirst = !isDrain
  let verdict: Admission | undefined
  let place = 0
  let left = 0
  let mark: number | undefined
  let readAt = 0

  const remember = <M extends Meter | undefined>(meter: M): M => {
    memory.meter = meter
    readAt = clock.now()
    if (meter && isSkewed(meter, readAt)) throw new ClockSkew('another process has another time')
    return meter
  }
  const ask = <T>(call: Promise<T>): Promise<T> => within(clock, meterAnswerMs, call)
  const current = async (): Promise<Meter> => {
    const meter = memory.meter ?? remember(await ask(meters.get(table)))
    return meter ?? remember(await ask(meters.create(newMeter(table, stated, clock.now()))))
  }
  /** A meter that expired is forgotten, and made anew by the next look. */
  const make = async (change: MeterChange): Promise<boolean> => {
    const { isMade, meter } = await ask(meters.change(table, change))
    remember(meter)
    return isMade
  }

  /** What there is to report rides on the next taking of places; nobody else may report it meanwhile. */
  const withReport = async (change: (report: Report) => MeterChange): Promise<boolean> => {
    const { report } = memory
    memory.report = noReport
    const isMade = await make(change(clock.now() - memory.reportedAt <= reportKeptMs ? report : noReport))
    if (!isMade) memory.report = sumOf(memory.report, report)
    return isMade
  }

  const take = async (units: number): Promise<boolean> => {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const meter = await current()
      const nowMs = clock.now()
      if (stated !== undefined && stated > meter.stated) {
        await make(toRaise(meter, stated, nowMs))
        continue
      }
      if (isIdle(meter, nowMs)) {
        await make(toIdle(meter, nowMs))
        continue
      }
      const places = placesToTake(meter, units)
      const how = { isFirst, isCompared: tries < mostRaces, untilMs }
      if (await withReport((report) => toTake(meter, places, owed, report, nowMs, how))) {
        const end = memory.meter?.tail ?? meter.tail + places
        // Places that are owed from calls that carried more go first.
        place = end - places - Math.min(0, left)
        left += places
        owed -= Math.min(places, owed)
        isFirst = false
        return true
      }
      const fresh = memory.meter
      const isLate = fresh !== undefined && isTooLate(fresh, places, clock.now(), untilMs)
      if (isLate && !isFirst) {
        verdict = 'away'
        return false
      }
      if (fresh && isFirst && (isLate || isTooFar(fresh, clock.now()))) {
        const isPromised = await make(toPromise(fresh, units, clock.now()))
        verdict = isPromised ? 'away' : 'refused'
        mark = isPromised ? memory.meter?.end : undefined
        return false
      }
    }
    throw new Error(`the meter of a table keeps changing`)
  }

  return {
    verdict: () => verdict,

    async ensure(units) {
      while (left <= 0) {
        if (!(await take(units))) return false
        const meter = memory.meter
        if (meter && isDueToLearn(meter, clock.now())) await make(toLearn(meter, clock.now()))
      }
      return true
    },

    async wait(signal) {
      for (;;) {
        if (signal.aborted) return false
        const { meter } = memory
        if (meter === undefined) return true
        const waitMs = dueAt(meter, place) - clock.now()
        if (waitMs <= 0) return true
        await clock.sleep(Math.min(waitMs, mostSleepMs), signal)
        if (!signal.aborted && clock.now() - readAt >= mostSleepMs) remember(await ask(meters.get(table)))
      }
    },

    use(units) {
      const used = Math.max(1, Math.min(left, units))
      place += used
      left -= used
      return used
    },

    owe(units) {
      place += units
      left -= units
    },

    async promise(units) {
      if (mark !== undefined) return mark
      const { isMade, meter } = await ask(meters.change(table, { add: { end: units }, when: [] }))
      return isMade ? meter?.end : undefined
    }
  }
}

/** The clocks of two processes differ so much that a meter makes no sense. */
class ClockSkew extends Error {
  override readonly name = 'ClockSkew'
}
