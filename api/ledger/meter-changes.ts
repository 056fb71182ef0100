import { headAt, idleSeconds, keptUntil, type Meter, mostAheadSeconds, type Report } from './meter.ts'
import type { MeterChange } from './meter-store.ts'

/**
 * The transitions of a meter: from a view of it to one conditional write. Each takes what it needs and no more: a
 * condition on `v` where the head is anchored anew or must not have been, on `tail` and `end` where places are
 * at stake.
 */

const backlogSeconds = 200

/**
 * Promises units to the queue, if it can take them: they must drain while Snowflake still polls (600 s), with a
 * margin for a rate that proves lower. One write, so that hundreds who ask at once are not all told yes.
 */
export const toPromise = (meter: Meter, units: number, nowMs: number): MeterChange => ({
  add: { end: units },
  when: [
    [
      'end',
      '<=',
      headAt(meter, nowMs) + backlogSeconds * Math.min(meter.rate, meter.sure || meter.rate) - units
    ]
  ]
})

/** Who takes places. */
export interface Taker {
  /** A newcomer takes some only while the way is short. */
  readonly isFirst: boolean
  /** A view of the head that is out of date takes none. */
  readonly isCompared: boolean
  /** Places that are due later would pass unused. */
  readonly untilMs: number
}

/**
 * Takes so many places.
 * @param owed units of them that were promised before, so that they count already
 */
export const toTake = (
  meter: Meter,
  places: number,
  owed: number,
  report: Report,
  nowMs: number,
  { isFirst, isCompared, untilMs }: Taker
): MeterChange => {
  const head = headAt(meter, nowMs)
  const nearby = head + mostAheadSeconds(meter) * meter.rate
  const inTime = head + (meter.rate * (untilMs - nowMs)) / 1000 - places
  const farthest = isFirst ? Math.min(nearby, inTime) : inTime
  return {
    add: { tail: places, end: places - Math.min(places, owed), ...report },
    when: [
      ...(isCompared ? [['v', '=', meter.v] as const] : []),
      ['tail', '>=', head - idleSeconds * meter.rate],
      ...(Number.isFinite(farthest) ? [['tail', '<=', farthest] as const] : []),
      ...(isFirst ? [['end', '<=', nearby] as const] : [])
    ]
  }
}

/**
 * Idling earns no credit: the head starts anew at the tail. Promises lapse in the time that was not used: their
 * batches took fewer places than they had been promised, or are gone.
 */
export const toIdle = (meter: Meter, nowMs: number): MeterChange => {
  const unused = headAt(meter, nowMs) - meter.tail
  const anchor = { head: meter.tail, at: nowMs, since: nowMs, v: meter.v + 1, expires_at: keptUntil(nowMs) }
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

/** The table states more than it did. */
export const toRaise = (meter: Meter, stated: number, nowMs: number): MeterChange => ({
  set: {
    ...{ head: headAt(meter, nowMs), at: nowMs, since: nowMs, v: meter.v + 1 },
    ...{ stated, sure: stated, rate: Math.max(meter.rate, stated), slow: 1 }
  },
  when: [['v', '=', meter.v]]
})

/** Takes the reports in: of all who have noticed that it is due, one wins. */
export const toLearn = (meter: Meter, nowMs: number): MeterChange => ({
  set: {
    ...{ head: headAt(meter, nowMs), at: nowMs, since: nowMs, v: meter.v + 1 },
    ...{ expires_at: keptUntil(nowMs), ...learned(meter, nowMs) }
  },
  add: { acc: -meter.acc, ref: -meter.ref, dur: -meter.dur },
  when: [['v', '=', meter.v]]
})

/** The rate by what was measured since the last look. */
export const learned = (
  meter: Meter,
  nowMs: number
): Partial<Pick<Meter, 'rate' | 'sure' | 'slow' | 'quiet'>> => {
  const proven = meter.acc / meter.dur
  const windowSeconds = (nowMs - meter.since) / 1000
  const sure = meter.stated > 0 ? Math.min(proven, meter.stated) : proven
  if (meter.ref > 0.01 * (meter.acc + meter.ref)) {
    const rate = Math.max(1, meter.rate / 2, Math.min(meter.rate, 0.98 * proven))
    return { rate, slow: 1, quiet: 0, sure }
  }
  // A schedule that was not used says nothing of what the table could take.
  if (meter.dur <= windowSeconds / 2) return { sure: Math.max(sure, meter.sure) }
  const quiet = meter.quiet + 1
  const growth = meter.slow === 0 ? 2 : 1 + Math.min(0.2, 0.01 * 2 ** Math.floor(quiet / 3))
  return { rate: Math.max(meter.rate, proven * growth), quiet, sure }
}
