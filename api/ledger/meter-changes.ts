import {
  epochOf,
  headAt,
  idleSecondsAt,
  keptUntil,
  knownRate,
  type Meter,
  mostAheadSeconds,
  type Report
} from './meter.ts'
import { learned } from './meter-rate.ts'
import type { MeterChange } from './meter-store.ts'

/**
 * The transitions of a meter: from a view of it to one conditional write. Each takes what it needs and no more: a
 * condition on `v` where the head is anchored anew or must not have been, on `tail` and `end` where places are
 * at stake.
 */

const backlogSeconds = 200
/** A batch that was begun may wait longer: its rows are told `unprocessed` otherwise. Snowflake polls for 600 s. */
const begunBacklogSeconds = 400
/** What may wait for a table of which nothing is proven. */
const unprovenBacklog = 10_000
/** A pause that long is nobody's back-off: what is measured begins anew. */
const pauseMs = 1_000

/** Units that may wait in the queue for a table: what it surely takes while Snowflake still polls. */
const mostWaiting = ({ rate, sure, slow }: Meter, isBegun: boolean): number =>
  slow === 0 && sure === 0
    ? unprovenBacklog
    : (isBegun ? begunBacklogSeconds : backlogSeconds) * Math.min(rate, sure)

/**
 * Promises units to the queue, if it can take them: they must drain while Snowflake still polls (600 s), with a
 * margin for a rate that proves lower. One write, so that hundreds who ask at once are not all told yes.
 */
export const toPromise = (
  meter: Meter,
  units: number,
  nowMs: number,
  { isBegun = false } = {}
): MeterChange => ({
  add: { end: units },
  when: [['end', '<=', headAt(meter, nowMs) + mostWaiting(meter, isBegun) - units]]
})

/**
 * Promises units along with what has to change first: one write, where a second would come too late.
 *
 * @returns undefined when more waits than it takes in time
 */
export const toPromiseWith = (
  change: MeterChange,
  meter: Meter,
  nowMs: number,
  { units, isBegun }: { readonly units: number; readonly isBegun: boolean }
): MeterChange | undefined => {
  const changed = { ...meter, ...change.set } as Meter
  const end = changed.end + units
  if (end > headAt(changed, nowMs) + mostWaiting(changed, isBegun)) return undefined
  return { ...change, set: { ...change.set, end }, when: [...change.when, ['end', '<=', meter.end]] }
}

/** Who takes places. */
export interface Taker {
  /** A newcomer takes some only while the way is short. */
  readonly isFirst: boolean
  /** A view of the head that is out of date takes none. */
  readonly isCompared: boolean
  /** Places that are due later would pass unused. */
  readonly untilMs: number
  /** What a call of the ledger takes now. */
  readonly tookMs?: number
}

interface Taken {
  readonly places: number
  /** Units of them that were promised before, so that they count already. */
  readonly owed: number
  readonly report: Report
}

/** Takes so many places. */
export const toTake = (
  meter: Meter,
  { places, owed, report }: Taken,
  nowMs: number,
  { isFirst, isCompared, untilMs, tookMs = 0 }: Taker
): MeterChange => {
  const head = headAt(meter, nowMs)
  const nearby = head + mostAheadSeconds(meter) * meter.rate
  const inTime = head + (meter.rate * (untilMs - nowMs)) / 1000 - places
  const farthest = isFirst ? Math.min(nearby, inTime) : inTime
  return {
    add: { tail: places, end: places - Math.min(places, owed), ...report },
    when: [
      ...(isCompared ? [['v', '=', meter.v] as const] : []),
      ['tail', '>=', head - idleSecondsAt(tookMs) * meter.rate],
      ...(Number.isFinite(farthest) ? [['tail', '<=', farthest] as const] : []),
      ...(isFirst ? [['end', '<=', nearby] as const] : [])
    ]
  }
}

/**
 * Idling earns no credit: the head starts anew at the tail. Promises lapse in the time that was not used: their
 * batches took fewer places than they had been promised, or are gone. A short pause ends no measurement: with a rate
 * far above what the table takes there are nothing but pauses, and it would never be looked at.
 */
export const toIdle = (meter: Meter, nowMs: number): MeterChange => {
  const unused = headAt(meter, nowMs) - meter.tail
  const isLong = (unused / meter.rate) * 1000 > pauseMs
  const since = isLong ? nowMs : meter.since
  const anchor = { head: meter.tail, at: nowMs, since, v: meter.v + 1, expires_at: keptUntil(nowMs) }
  return {
    set: { ...anchor, end: Math.max(meter.tail, meter.end - unused) },
    // What somebody takes or is promised in this moment counts.
    when: [
      ['v', '=', meter.v],
      ['tail', '<=', meter.tail],
      ['end', '<=', meter.end]
    ]
  }
}

/** The table states more than it did: it is sought. */
export const toRaise = (meter: Meter, stated: number, nowMs: number): MeterChange => ({
  set: {
    ...{ head: headAt(meter, nowMs), at: nowMs, since: nowMs, v: meter.v + 1 },
    ...{ stated, rate: Math.max(meter.rate, Math.min(stated, knownRate)), slow: 0 }
  },
  when: [['v', '=', meter.v]]
})

/** Adds a report of its own, where none is to wait for the next taking of places. */
export const toReport = (report: Report): MeterChange => ({ add: { ...report }, when: [] })

/** A rate that falls below this share of itself voids the places that were taken under it. */
const steepFall = 0.7

/**
 * Takes the reports in: of all who have noticed that it is due, one wins. After a steep fall the places that are
 * taken would reach far beyond the deadlines of those who hold them, and pass unused: all take places anew.
 */
export const toLearn = (meter: Meter, nowMs: number): MeterChange => {
  const found = learned(meter, nowMs)
  const isSteep = found.rate !== undefined && found.rate < steepFall * meter.rate
  const head = isSteep
    ? { head: Math.max(meter.tail, headAt(meter, nowMs)), epoch: epochOf(meter) + 1 }
    : { head: headAt(meter, nowMs) }
  return {
    set: { ...head, at: nowMs, since: nowMs, v: meter.v + 1, expires_at: keptUntil(nowMs), ...found },
    add: { acc: -meter.acc, ref: -meter.ref, dur: -meter.dur },
    when: [['v', '=', meter.v], ...(isSteep ? [['tail', '<=', meter.tail] as const] : [])]
  }
}
