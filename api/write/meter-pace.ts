import {
  dueAt,
  fitsBacklog,
  headAt,
  idled,
  isDueToLearn,
  isIdle,
  isTooFar,
  learned,
  type Meter,
  newMeter,
  noReport,
  placesToTake,
  type Report,
  unitsOfCall
} from '../ledger/meter.ts'
import type { MeterStore } from '../ledger/meter-store.ts'
import type { Clock } from './clock.ts'
import { backoffPace, type Pace, type Ticket } from './pace.ts'

/** Why a batch stops before its deadline: its rows go to the queue, or Snowflake is to come again later. */
export type Admission = 'away' | 'refused'

/** Places at the meter of one table, for the calls of one batch. */
export interface MeterPace extends Pace {
  /** Set when the meter sent the batch away. */
  verdict(): Admission | undefined
  /** Promises the rest of a batch to the queue. @returns its place: the batch is done when the head reaches it */
  promise(units: number): Promise<number | undefined>
}

/** What one process remembers of one table's meter between batches. */
export interface MeterMemory {
  meter: Meter | undefined
  report: Report
  reportedAt: number
}

export const openMemory = (): MeterMemory => ({ meter: undefined, report: noReport, reportedAt: 0 })

export interface MeterDeps {
  readonly meters: MeterStore
  readonly clock: Clock
  /** Stated units a second of the table, where it says so. */
  readonly stated: number | undefined
  readonly memory: MeterMemory
  /** The ledger failed or was slow: the batch goes on with back-off alone. */
  readonly onLoss: (error: unknown) => void
}

const mostSleepMs = 1_000
const reportKeptMs = 5_000
/** After so many lost races the view of the head is not compared any more. */
const mostRaces = 8

/**
 * @param owed units that were promised to the queue earlier: all of a drained batch, none of a new one
 * @param isDrain a worker of the queue: it waits for its place however far it is
 */
export const meterPace = (
  table: string,
  { meters, clock, stated, memory, onLoss }: MeterDeps,
  { owed: owedUnits, isDrain }: { readonly owed: number; readonly isDrain: boolean }
): MeterPace => {
  const backoff = backoffPace(clock)
  let owed = owedUnits
  let isFirst = !isDrain
  let isLost = false
  let verdict: Admission | undefined
  let place = 0
  let left = 0
  let readAt = 0

  const current = async (): Promise<Meter> => {
    const meter =
      memory.meter ?? (await meters.get(table)) ?? (await meters.create(newMeter(table, stated, clock.now())))
    return remember(meter)
  }
  const remember = (meter: Meter): Meter => {
    memory.meter = meter
    readAt = clock.now()
    return meter
  }

  /** Takes places for up to so many units; false when the batch is sent away. */
  const take = async (units: number): Promise<boolean> => {
    let meter = await current()
    for (let races = 0; ; races += 1) {
      const now = clock.now()
      if (isIdle(meter, now)) {
        const when = [['v', '=', meter.v]] as const
        const changed = await meters.change(table, { set: idled(meter, now) as Record<string, number>, when })
        meter = remember(changed.meter ?? (await current()))
        continue
      }
      const wanted = placesToTake(meter, units)
      const head = headAt(meter, now)
      const report = now - memory.reportedAt <= reportKeptMs ? memory.report : noReport
      const { isMade, meter: fresh } = await meters.change(table, {
        add: { tail: wanted, end: wanted - Math.min(wanted, owed), ...report },
        when: [
          ...(races < mostRaces ? [['v', '=', meter.v] as const] : []),
          ['tail', '>=', head - 0.25 * meter.rate],
          ...(isFirst ? [['end', '<=', head + (meter.slow === 0 ? 1 : 5) * meter.rate] as const] : [])
        ]
      })
      const before = meter
      meter = remember(fresh ?? before)
      if (isMade) {
        place = meter.tail - wanted
        left = wanted
        owed -= Math.min(wanted, owed)
        memory.report = noReport
        isFirst = false
        return true
      }
      if (isFirst && isTooFar(meter, clock.now())) {
        verdict = fitsBacklog(meter, units, clock.now()) ? 'away' : 'refused'
        return false
      }
    }
  }

  const learn = async (): Promise<void> => {
    const meter = memory.meter
    const now = clock.now()
    if (meter === undefined || !isDueToLearn(meter, now)) return
    const changed = await meters.change(table, {
      set: learned(meter, now) as Record<string, number>,
      add: { acc: -meter.acc, ref: -meter.ref, dur: -meter.dur },
      when: [['v', '=', meter.v]]
    })
    if (changed.meter) remember(changed.meter)
  }

  /** Waits until the place is due; false when the deadline comes first. */
  const wait = async (signal: AbortSignal): Promise<boolean> => {
    for (;;) {
      if (signal.aborted) return false
      const meter = memory.meter
      if (meter === undefined) return true
      const waitMs = dueAt(meter, place) - clock.now()
      if (waitMs <= 0) return true
      await clock.sleep(Math.min(waitMs, mostSleepMs), signal)
      if (!signal.aborted && clock.now() - readAt >= mostSleepMs) {
        const fresh = await meters.get(table)
        if (fresh) remember(fresh)
      }
    }
  }

  return {
    verdict: () => verdict,

    async enter(signal, waitingUnits = 1, nextUnits = waitingUnits): Promise<Ticket | undefined> {
      if (verdict !== undefined) return undefined
      const ticket = await backoff.enter(signal)
      if (ticket === undefined) return undefined
      const giveUp = (): undefined => {
        backoff.leave(ticket, 'settled')
        return undefined
      }
      if (isLost) return ticket
      try {
        if (left <= 0) {
          if (!(await take(waitingUnits))) return giveUp()
          await learn()
        }
        if (!(await wait(signal))) return giveUp()
      } catch (error) {
        isLost = true
        onLoss(error)
        return ticket
      }
      const rate = memory.meter?.rate ?? 1
      const most = memory.meter ? unitsOfCall(memory.meter) : nextUnits
      const granted = Math.max(1, Math.min(left, most, nextUnits))
      place += granted
      left -= granted
      return { ...ticket, units: granted, seconds: granted / rate }
    },

    leave(ticket, end, counted) {
      backoff.leave(ticket, end)
      if (ticket.units === undefined) return
      const accepted = counted?.accepted ?? (end === 'taken' ? ticket.units : 0)
      const refused = counted?.refused ?? (end === 'refused' ? ticket.units : 0)
      const { report } = memory
      memory.report = {
        acc: report.acc + accepted,
        ref: report.ref + refused,
        dur: report.dur + (ticket.seconds ?? 0)
      }
      memory.reportedAt = clock.now()
    },

    async promise(units) {
      if (isLost) return undefined
      try {
        const { meter } = await meters.change(table, { add: { end: units }, when: [] })
        return meter?.end
      } catch (error) {
        onLoss(error)
        return undefined
      }
    }
  }
}
