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
  /** 0 while the rate is still sought. */
  readonly slow: 0 | 1
  /** Looks without refusals, one after another; below 0 after a far fall: see `justFallen` and those after it. */
  readonly quiet: number
  /** What the table states, or 0: `sure` never exceeds it. */
  readonly stated: number
  /** Places that were taken under another number are void: the plan was made for another table. Absent: 0. */
  readonly epoch?: number
}

export const epochOf = ({ epoch = 0 }: Meter): number => epoch

export interface Report {
  readonly acc: number
  readonly ref: number
  readonly dur: number
}

export const noReport: Report = { acc: 0, ref: 0, dur: 0 }
export const meterKey = (table: string): RecordKey => ({ pk: `meter#${table}`, sk: 'meter' })

/**
 * What a meter begins with at the most: a fresh on-demand table takes as much, a table that says nothing a part of it.
 * More that is stated is sought step by step, for a table that states 40,000 may take 1,000.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/pre-warming-on-demand-capacity-mode.html
 */
export const knownRate = 4_000
const unknownRate = 1_000
const keptSeconds = 30 * 86_400
/** A head so far past the last place has idled. */
const idleSeconds = 0.25
/** … unless the ledger answers so late that it passes whoever sets it back: he would find it idle again, for ever. */
const idleAnswers = 1.5

/** @param tookMs what a call of the ledger takes now */
export const idleSecondsAt = (tookMs: number): number => Math.max(idleSeconds, (idleAnswers * tookMs) / 1000)
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
  rate: Math.min(stated ?? unknownRate, knownRate),
  sure: stated === undefined || stated > knownRate ? 0 : stated,
  acc: 0,
  ref: 0,
  dur: 0,
  since: nowMs,
  slow: stated === undefined || stated > knownRate ? 0 : 1,
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

/** A newcomer whose first place is further away than this does not wait; while the rate is sought, nobody goes far. */
export const mostAheadSeconds = (meter: Meter): number => (meter.slow === 0 ? 0.25 : 5)

export const isTooFar = (meter: Meter, nowMs: number): boolean =>
  Math.max(meter.end, meter.tail) > headAt(meter, nowMs) + mostAheadSeconds(meter) * meter.rate

/** The last of so many places would come after the writer's own deadline. */
export const isTooLate = (meter: Meter, places: number, nowMs: number, untilMs: number): boolean =>
  meter.tail + places > headAt(meter, nowMs) + (meter.rate * (untilMs - nowMs)) / 1000

/** The head has run past all places: idling earns no credit, so it is set back before places are taken. */
export const isIdle = (meter: Meter, nowMs: number, tookMs = 0): boolean =>
  meter.tail < headAt(meter, nowMs) - idleSecondsAt(tookMs) * meter.rate

/** The head was anchored by a clock that is ahead of ours, so that places seem further away than they are. */
export const isSkewed = (meter: Meter, nowMs: number): boolean => meter.at - nowMs > mostSkewMs

/** So much is refused that the schedule says nothing of the table any more. */
export const isFarOff = ({ acc, ref }: Report): boolean => ref > 0.1 * (acc + ref)

/** What was in flight under the rate that fell is not over: nothing is learned before the next look. */
export const justFallen = -1
/** The same, of a rate that was still sought. */
export const fallenSought = -2
/** What came of such a fall is a guess: it is looked at, falls and rises as soon as while it was sought. */
export const soughtAgain = -3
export const isJustFallen = ({ quiet }: Meter): boolean => quiet === justFallen || quiet === fallenSought
/** A rate that fell far is a guess, and a low one: it rises by 8 % a look at once. */
export const quietAfterFall = 9

/** The rate is sought, or has just proven wrong: looks come often, and a view of the meter is old soon. */
export const isUnsettled = (meter: Meter): boolean =>
  meter.slow === 0 || meter.quiet < 0 || meter.quiet === quietAfterFall || isFarOff(meter)

/**
 * Whether enough was reported to look at the rate again: units of a second on a slow table, 100 on others. Where it is
 * to fall far, those of a third of a second, for the first calls after a fall meet what the ones before have left; of a
 * tenth while it is sought, for every call more is refused.
 */
export const isDueToLearn = (meter: Meter, nowMs: number): boolean => {
  const ageMs = nowMs - meter.since
  if (isJustFallen(meter)) return ageMs > 250 && meter.dur > 0
  const [isSought, isFar] = [meter.slow === 0, isFarOff(meter)]
  const least = Math.max(...[25, Math.min(100, meter.rate)], isFar ? meter.rate * (isSought ? 0.1 : 0.3) : 0)
  const leastMs = isSought ? (isFar ? 100 : 250) : meter.quiet === soughtAgain ? 250 : 1_000
  return ageMs > leastMs && meter.acc + meter.ref >= least && meter.dur > 0
}

export const sumOf = (a: Report, b: Report): Report => ({
  acc: a.acc + b.acc,
  ref: a.ref + b.ref,
  dur: a.dur + b.dur
})
