import {
  dueAt,
  epochOf,
  isDueToLearn,
  isFarOff,
  isIdle,
  isTooFar,
  isTooLate,
  isUnsettled,
  type Meter,
  placesToTake
} from '../ledger/meter.ts'
import { toIdle, toLearn, toPromise, toRaise, toReport, toTake } from '../ledger/meter-changes.ts'
import { budgetPlacesToTake, newBudgetMeter, toNamed } from '../ledger/meter-of-budget.ts'
import { letOthers } from './let-others.ts'
import { meterView, type ViewDeps } from './meter-view.ts'
import { promisePlaces, type ToMend } from './promise-places.ts'
import type { Waits } from './waits.ts'

/** Why a batch stops before its deadline: its rows go to the queue, or Snowflake is to come again later. */
export type Admission = 'away' | 'refused'

export interface PlacesDeps extends ViewDeps {
  /** Units a second that somebody names for the table, where the meter is that of its budget: it learns nothing. */
  readonly named?: () => number
}

/** Places that one batch holds at one meter. Methods that ask the ledger throw what it throws. */
export interface MeterPlaces {
  verdict(): Admission | undefined
  /**
   * Takes places for so many units unless some are left, and waits until the next one is due; false when the batch
   * is sent away or the deadline comes first.
   */
  ready(units: number, signal: AbortSignal): Promise<boolean>
  /** Places that can still be used: none of a plan that is void. */
  held(): number
  /** All calls are over. */
  done(): Promise<void>
  /** Uses up to so many of the places; never none. */
  use(units: number): number
  /** A call carried so many more than its places: they are taken from the next ones. Less than none gives back. */
  owe(units: number): void
  /**
   * Promises units to the queue, unless that was done when the batch was sent away.
   * @returns their last place; undefined when more waits than the table surely takes in time
   */
  promise(units: number): Promise<number | undefined>
}

const mostSleepMs = 1_000
/** A view of a meter that is unsettled is old by then; whoever finds a line at a sought rate looks again. */
const unsettledMs = 100
/** After so many lost races the view of the head is not compared any more; after many more something is wrong. */
const [mostRaces, mostTries] = [8, 40]

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the place that the batch holds; its functions are short
export const meterPlaces = (
  name: string,
  deps: PlacesDeps,
  { owed: owedUnits, isDrain, isPolite = false, untilMs }: Waits
): MeterPlaces => {
  const { clock, stated, memory, named } = deps
  const view = meterView(name, deps, named && ((nowMs) => newBudgetMeter(name, named(), nowMs)))
  let owed = owedUnits
  let isFirst = !isDrain
  let verdict: Admission | undefined
  let [place, left, epoch] = [0, 0, 0]
  let mark: number | undefined

  /** What has to change before anybody takes places. */
  const toMend: ToMend = (meter, nowMs) => {
    if (named) {
      const change = toNamed(meter, named(), nowMs)
      if (change) return change
    } else if (stated !== undefined && stated > meter.stated) return toRaise(meter, stated, nowMs)
    return isIdle(meter, nowMs, memory.tookMs) ? toIdle(meter, nowMs) : undefined
  }

  /** @returns whether the batch is to try again */
  const sentAway = async (fresh: Meter, units: number, places: number, signal: AbortSignal) => {
    const isLate = isTooLate(fresh, places, clock.now(), untilMs)
    const isFar = isFirst && isTooFar(fresh, clock.now())
    if (!isLate && isFar && fresh.slow === 0) {
      // Nobody knows yet how long the line is: a promise would be a guess.
      await clock.sleep(unsettledMs * (0.5 + clock.random() / 2), signal)
      if (!signal.aborted) await view.look()
      return true
    }
    if (isLate && !isFirst) verdict = 'away'
    else if (isLate || isFar) {
      const isPromised = await view.make(toPromise(fresh, units, clock.now()))
      verdict = isPromised ? 'away' : 'refused'
      mark = isPromised ? memory.meter?.end : undefined
    }
    return false
  }

  const take = async (units: number, signal: AbortSignal): Promise<boolean> => {
    if (isPolite) await letOthers(view, clock, signal)
    for (let tries = 0; tries < mostTries && !signal.aborted; tries += 1) {
      const meter = await view.current()
      const nowMs = clock.now()
      const mended = toMend(meter, nowMs)
      if (mended) {
        await view.make(mended)
        continue
      }
      const places = named ? budgetPlacesToTake(meter, units) : placesToTake(meter, units)
      const { tookMs } = memory
      const how = { isFirst, isCompared: tries < mostRaces, untilMs, tookMs }
      if (await view.makeWithReport((report) => toTake(meter, { places, owed, report }, nowMs, how))) {
        const taken = memory.meter ?? meter
        // Places that are owed from calls that carried more go first.
        place = taken.tail - places - Math.min(0, left)
        left += places
        epoch = epochOf(taken)
        owed -= Math.min(places, owed)
        isFirst = false
        return true
      }
      const fresh = memory.meter
      if (fresh && (await sentAway(fresh, units, places, signal))) tries = 0
      if (verdict !== undefined) return false
    }
    if (signal.aborted) return false
    throw new Error('the meter of a table keeps changing')
  }

  const held = (): number => {
    if (memory.meter && left > 0 && epochOf(memory.meter) !== epoch) left = 0
    return left
  }

  /** While the rate is sought, what is known is told at once: who is refused would tell first, and say too little. */
  const tell = async (): Promise<boolean> => {
    const { meter, report } = memory
    if (!meter || !isUnsettled(meter) || report.acc + report.ref === 0) return false
    await view.makeWithReport(toReport)
    return true
  }
  const learn = async (): Promise<void> => {
    const { meter } = memory
    if (meter && isDueToLearn(meter, clock.now())) await view.make(toLearn(meter, clock.now()))
  }

  return {
    verdict: () => verdict,
    async done() {
      if (await tell()) await learn()
    },

    async ready(units, signal) {
      for (;;) {
        if (signal.aborted) return false
        if (held() <= 0) {
          if (!(await take(units, signal))) return false
          await learn()
          continue
        }
        const meter = memory.meter
        if (meter === undefined) return true
        const oldMs = isUnsettled(meter) ? unsettledMs : mostSleepMs
        const isAlarmed = meter.slow === 0 && isFarOff(memory.report)
        if (isAlarmed || clock.now() - view.readAt() >= oldMs) {
          if (await tell()) await learn()
          else await view.look()
          continue
        }
        const waitMs = dueAt(meter, place) - clock.now()
        if (waitMs <= 0) return true
        await clock.sleep(Math.min(waitMs, oldMs), signal)
      }
    },

    held,

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
      view.bePatient()
      mark = await promisePlaces(view, toMend, clock, { units, isBegun: !isFirst })
      return mark
    }
  }
}
