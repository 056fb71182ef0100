import type { LedgerRecord, RecordKey } from './ledger-store.ts'
import type { MeterChange } from './meter-store.ts'

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
  /** The next free place, and the same with the rows that were promised to the queue; never behind it. */
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
const idleSeconds = 0.25
const backlogSeconds = 200

const keptUntil = (nowMs: number): number => Math.floor(nowMs / 1000) + keptSeconds

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
const mostAheadSeconds = (meter: Meter): number => (meter.slow === 0 ? 1 : 5)

export const isTooFar = (meter: Meter, nowMs: number): boolean =>
  meter.end > headAt(meter, nowMs) + mostAheadSeconds(meter) * meter.rate

/** The head has run past all places: idling earns no credit, so it is set back before places are taken. */
export const isIdle = (meter: Meter, nowMs: number): boolean =>
  meter.tail < headAt(meter, nowMs) - idleSeconds * meter.rate

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

/**
 * Takes so many places; a newcomer only while the way is short.
 * @param owed units of them that were promised before, so that they count already
 * @param isCompared whether a view of the head that is out of date takes none
 */
export const toTake = (
  meter: Meter,
  places: number,
  owed: number,
  report: Report,
  nowMs: number,
  { isFirst, isCompared }: { readonly isFirst: boolean; readonly isCompared: boolean }
): MeterChange => {
  const head = headAt(meter, nowMs)
  return {
    add: { tail: places, end: places - Math.min(places, owed), ...report },
    when: [
      ...(isCompared ? [['v', '=', meter.v] as const] : []),
      ['tail', '>=', head - idleSeconds * meter.rate],
      ...(isFirst ? [['end', '<=', head + mostAheadSeconds(meter) * meter.rate] as const] : [])
    ]
  }
}

/** Idling earns no credit: the head starts anew at the tail. */
export const toIdle = (meter: Meter, nowMs: number): MeterChange => ({
  set: { head: meter.tail, at: nowMs, since: nowMs, v: meter.v + 1, expires_at: keptUntil(nowMs) },
  when: [['v', '=', meter.v]]
})

/** The table states more than it did. */
export const toRaise = (meter: Meter, stated: number, nowMs: number): MeterChange => ({
  set: {
    ...{ head: headAt(meter, nowMs), at: nowMs, since: nowMs, v: meter.v + 1 },
    ...{ stated, sure: stated, rate: Math.max(meter.rate, stated), slow: 1 }
  },
  when: [['v', '=', meter.v]]
})

/** Whether enough was reported to look at the rate again. */
export const isDueToLearn = (meter: Meter, nowMs: number): boolean =>
  nowMs - meter.since > (meter.slow === 0 ? 250 : 1_000) && meter.acc + meter.ref >= 100 && meter.dur > 0

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

export const sumOf = (a: Report, b: Report): Report => ({
  acc: a.acc + b.acc,
  ref: a.ref + b.ref,
  dur: a.dur + b.dur
})
