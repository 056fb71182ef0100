import { sumOf, unitsOfCall } from '../ledger/meter.ts'
import { type Admission, type MeterDeps, meterPlaces, staleShare, type Waits } from './meter-places.ts'
import { backoffPace, type Pace, type Ticket } from './pace.ts'

/** Then a meter that failed is tried again. */
const lostForMs = 5_000

/** Places at the meter of one table, for the calls of one batch. */
export interface MeterPace extends Pace {
  /** Set when the meter sent the batch away. */
  verdict(): Admission | undefined
  /**
   * Promises what still waits to the queue.
   * @returns its units, and the place at which they are through; `none` when nothing waits for places; `refused` when
   * more waits than the table takes in time, or the meter does not answer
   */
  promise(): Promise<PlacePromise | 'none' | 'refused'>
}

export interface PlacePromise {
  readonly units: number
  readonly mark: number
}

/**
 * Calls go when their places at the meter are due, and back off by themselves on top of that; when the meter
 * fails or is slow, back-off alone is left for a while.
 *
 * @param waits units that were promised to the queue earlier, whether the batch waits however far its place is,
 * and until when
 */
export const meterPace = (table: string, deps: MeterDeps, waits: Waits): MeterPace => {
  const { clock, memory, onLoss } = deps
  const backoff = backoffPace(clock)
  const places = meterPlaces(table, deps, waits)
  let lostUntil = 0
  let waiting = 0

  const isLost = (): boolean => clock.now() < lostUntil
  const lose = (error: unknown): void => {
    lostUntil = clock.now() + lostForMs
    onLoss(error)
  }

  return {
    verdict: () => places.verdict(),

    async enter(signal, waitingUnits = 1, nextUnits = waitingUnits): Promise<Ticket | undefined> {
      waiting = waitingUnits
      if (places.verdict() !== undefined) return undefined
      const ticket = await backoff.enter(signal)
      if (ticket === undefined || isLost()) return ticket
      try {
        if (!(await places.ready(waitingUnits, signal))) {
          backoff.leave(ticket, 'settled')
          return undefined
        }
      } catch (error) {
        lose(error)
        return ticket
      }
      const { meter } = memory
      if (meter === undefined) return ticket
      const units = places.use(Math.min(unitsOfCall(meter), nextUnits))
      return { ...ticket, units, seconds: units / meter.rate }
    },

    leave(ticket, end, counted) {
      backoff.leave(ticket, end)
      if (ticket.units === undefined || ticket.seconds === undefined || counted === undefined) return
      const carried = counted.accepted + counted.refused
      // One row may need more units than a call has places.
      if (carried > ticket.units) places.owe(carried - ticket.units)
      const rate = ticket.units / ticket.seconds
      // A plan that was cut since has nothing to say of the one that holds now.
      if (memory.meter && rate > staleShare * memory.meter.rate) return
      memory.report = sumOf(memory.report, {
        acc: counted.accepted,
        ref: counted.refused,
        dur: ticket.seconds * (carried / ticket.units)
      })
      memory.reportedAt = clock.now()
      memory.reportRate = Math.max(memory.reportRate, rate)
    },

    async promise() {
      if (waiting <= 0) return 'none'
      if (isLost()) return 'refused'
      try {
        const mark = await places.promise(waiting)
        return mark === undefined ? 'refused' : { units: waiting, mark }
      } catch (error) {
        lose(error)
        return 'refused'
      }
    }
  }
}
