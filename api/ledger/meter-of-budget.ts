import { headAt, type Meter, newMeter } from './meter.ts'
import type { MeterChange } from './meter-store.ts'

/**
 * The meter of a table's budget: whoever names one (`max_wcu`, `max_share`) takes places there, too, counted in units
 * that were consumed, index writes included. Its head runs at the largest that is named; it learns nothing.
 */
export const budgetMeterName = (table: string): string => `${table} budget`

/** A budget that nobody has named for so long is over: the next largest counts. */
const namedMs = 10_000
/** It is noted again after a part of that. */
const notedMs = 3_000
/** Shares of a measured rate move a little all the time. */
const sameShare = 0.01

export const newBudgetMeter = (name: string, rate: number, nowMs: number): Meter => ({
  ...newMeter(name, undefined, nowMs),
  ...{ rate, sure: rate, slow: 1 }
})

/** What changes when somebody names so many units a second; undefined when nothing does. */
export const toNamed = (meter: Meter, rate: number, nowMs: number): MeterChange | undefined => {
  const isSame = Math.abs(rate - meter.rate) <= sameShare * meter.rate
  const agedMs = nowMs - meter.since
  if (isSame ? agedMs < notedMs : rate < meter.rate && agedMs < namedMs) return undefined
  const head = headAt(meter, nowMs)
  return {
    set: isSame ? { since: nowMs } : { head, at: nowMs, since: nowMs, v: meter.v + 1, rate, sure: rate },
    when: [
      ['v', '=', meter.v],
      ['since', '<=', meter.since]
    ]
  }
}

/** A tenth of a second of it: many share it, and a newcomer shall not find a long line. */
export const budgetPlacesToTake = ({ rate }: Meter, units: number): number =>
  Math.min(units, Math.max(Math.min(25, Math.ceil(rate)), Math.ceil(rate / 10)))
