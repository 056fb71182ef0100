import type { LedgerRecord, RecordKey } from './ledger-store.ts'

/**
 * One meter a table: how isolated writers share what the table can take.
 *
 * A writer takes places [x, x + n) from one counter and may use place x when a head that runs at `rate` has
 * reached it. Places are counted in write units, not in times, so a change of the rate is one write and moves
 * every waiting place. The rate is measured: units accepted per second of schedule they were given, summed over
 * all writers; refusals lower it to just that. Nobody waits inside Lambda for a far place: those rows go to the
 * queue. A simulation of seven ways found this one to be on time with few wasted calls.
 */
export interface Meter extends LedgerRecord {
  /** Changes with every new anchor of the head: a writer with an old view of it takes no place. */
  readonly v: number
  /** The head was at this place at that time (ms). */
  readonly head: number
  readonly at: number
  /** The next free place, and the same with the rows that were promised to the queue. */
  readonly tail: number
  readonly end: number
  /** Units a second: what the head runs at, and what is surely there in the long run. */
  readonly rate: number
  readonly sure: number
  /** Reports since the last look: units accepted and refused, seconds of schedule they had. */
  readonly acc: number
  readonly ref: number
  readonly dur: number
  readonly since: number
  /** 0 while the rate is still sought by doubling. */
  readonly slow: 0 | 1
  /** Looks without refusals, one after another. */
  readonly quiet: number
  /** What the table states, or 0: `sure` never exceeds it. */
  readonly stated: number
}

export interface Report {
  readonly acc: number
  readonly ref: number
  readonly dur: number
}

export const noReport: Report = { acc: 0, ref: 0, dur: 0 }
export const meterKey = (table: string): RecordKey => ({ pk: `meter#${table}`, sk: 'meter' })

const unknownRate = 1_000
const keptSeconds = 30 * 86_400
/** A head so far past the last place has idled. */
export const idleSeconds = 0.25
const mostSkewMs = 1_000

export const keptUntil = (nowMs: number): number => Math.floor(nowMs / 1000) + keptSeconds

/** @param stated units a second that the table is known to take, or undefined */
export const newMeter = (table: string, stated: number | undefined, nowMs: number): Meter => ({
  ...meterKey(table),
  rev: 1,
  expires_at: keptUntil(nowMs),
  v: 1,
  head: 0,
  at: nowMs,
  tail: 0,
  end: 0,
  rate: stated ?? unknownRate,
  sure: stated ?? 0,
  acc: 0,
  ref: 0,
  dur: 0,
  since: nowMs,
  slow: stated === undefined ? 0 : 1,
  quiet: 0,
  stated: stated ?? 0
})

export const headAt = (meter: Meter, nowMs: number): number =>
  meter.head + (meter.rate * Math.max(0, nowMs - meter.at)) / 1000

/** When a place is due, in ms. */
export const dueAt = (meter: Meter, place: number): number =>
  meter.at + ((place - meter.head) / meter.rate) * 1000

/** How many places to take at once: half a second of the rate, less while it is sought. */
export const placesToTake = (meter: Meter, units: number): number => {
  const step = meter.slow === 0 ? meter.rate * 0.125 : meter.rate * 0.5
  const least = meter.rate < 50 ? 25 : 50
  return Math.min(units, Math.max(least, Math.ceil(step / 25) * 25))
}

/** Units of one call: a quarter of a second, so that a slow table is not hit by 25 rows at once. */
export const unitsOfCall = (meter: Meter): number => Math.max(1, Math.floor(meter.rate / 4))

/** A newcomer whose first place is further away than this does not wait. */
export const mostAheadSeconds = (meter: Meter): number => (meter.slow === 0 ? 1 : 5)

export const isTooFar = (meter: Meter, nowMs: number): boolean =>
  Math.max(meter.end, meter.tail) > headAt(meter, nowMs) + mostAheadSeconds(meter) * meter.rate

/** The last of so many places would come after the writer's own deadline. */
export const isTooLate = (meter: Meter, places: number, nowMs: number, untilMs: number): boolean =>
  meter.tail + places > headAt(meter, nowMs) + (meter.rate * (untilMs - nowMs)) / 1000

/** The head has run past all places: idling earns no credit, so it is set back before places are taken. */
export const isIdle = (meter: Meter, nowMs: number): boolean =>
  meter.tail < headAt(meter, nowMs) - idleSeconds * meter.rate

/** The head was anchored by a clock that is ahead of ours, so that places seem further away than they are. */
export const isSkewed = (meter: Meter, nowMs: number): boolean => meter.at - nowMs > mostSkewMs

/** Whether enough was reported to look at the rate again. */
export const isDueToLearn = (meter: Meter, nowMs: number): boolean =>
  nowMs - meter.since > (meter.slow === 0 ? 250 : 1_000) && meter.acc + meter.ref >= 100 && meter.dur > 0

export const sumOf = (a: Report, b: Report): Report => ({
  acc: a.acc + b.acc,
  ref: a.ref + b.ref,
  dur: a.dur + b.dur
})
