import {
  dueAt,
  epochOf,
  isDueToLearn,
  isIdle,
  isSkewed,
  isTooFar,
  isTooLate,
  isUnsettled,
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
  /**
   * Takes places for so many units unless some are left, and waits until the next one is due; false when the batch
   * is sent away or the deadline comes first.
   */
  ready(units: number, signal: AbortSignal): Promise<boolean>
  /** Uses up to so many of the places; never none. */
  use(units: number): number
  /** A call carried more than its places: they are taken from the next ones. */
  owe(units: number): void
  /**
   * Promises units to the queue, unless that was done when the batch was sent away.
   * @returns their last place; undefined when more waits than the table surely takes in time
   */
  promise(units: number): Promise<number | undefined>
}

/** How a batch waits for places. */
export interface Waits {
  readonly owed: number
  readonly isDrain: boolean
  readonly untilMs: number
}

/** Calls that went out under a rate that much higher are of a plan that is over. */
export const staleShare = 1.3
const mostSleepMs = 1_000
/** A view of a meter that is unsettled is old by then. */
const unsettledMs = 100
/** Whoever finds a line at a meter whose rate is still sought looks again after a part of that. */
const soughtMs = 100
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
  let epoch = 0
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
    const { report, reportRate } = memory
    memory.report = noReport
    memory.reportRate = 0
    // Calls of a plan that was cut since would cut the next one, too.
    const isOfNow =
      clock.now() - memory.reportedAt <= reportKeptMs && reportRate <= staleShare * (memory.meter?.rate ?? 0)
    const isMade = await make(change(isOfNow ? report : noReport))
    if (!isMade && isOfNow) {
      memory.report = sumOf(memory.report, report)
      memory.reportRate = Math.max(memory.reportRate, reportRate)
    }
    return isMade
  }

  const look = async (): Promise<void> => {
    remember(await ask(meters.get(table)))
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
        epoch = memory.meter ? epochOf(memory.meter) : epoch
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
      if (fresh && isFirst && !isLate && fresh.slow === 0 && isTooFar(fresh, clock.now())) {
        // Nobody knows yet how long the line is: a promise would be a guess.
        await clock.sleep(soughtMs * (0.5 + clock.random() / 2))
        await look()
        tries = 0
        continue
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

  /** Places that can still be used: none of a plan that is void. */
  const held = (): number => {
    if (memory.meter && left > 0 && epochOf(memory.meter) !== epoch) left = 0
    return left
  }

  return {
    verdict: () => verdict,

    async ready(units, signal) {
      for (;;) {
        if (signal.aborted) return false
        if (held() <= 0) {
          if (!(await take(units))) return false
          const taken = memory.meter
          if (taken && isDueToLearn(taken, clock.now())) await make(toLearn(taken, clock.now()))
          continue
        }
        const { meter } = memory
        if (meter === undefined) return true
        const oldMs = isUnsettled(meter) ? unsettledMs : mostSleepMs
        if (clock.now() - readAt >= oldMs) {
          await look()
          continue
        }
        const waitMs = dueAt(meter, place) - clock.now()
        if (waitMs <= 0) return true
        await clock.sleep(Math.min(waitMs, oldMs), signal)
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
      const meter = await current()
      const isPromised = await make(toPromise(meter, units, clock.now(), { isBegun: !isFirst }))
      return isPromised ? memory.meter?.end : undefined
    }
  }
}

/** The clocks of two processes differ so much that a meter makes no sense. */
class ClockSkew extends Error {
  override readonly name = 'ClockSkew'
}
