import { sumOf, unitsOfCall } from '../ledger/meter.ts'
import { budgetMeterName } from '../ledger/meter-of-budget.ts'
import { ledgerAnswerMs } from '../runtime/time-budgets.ts'
import { within } from '../runtime/within.ts'
import { type Budget, budgetRate } from './budget.ts'
import type { MeterMemory } from './meter-memory.ts'
import { type Admission, meterPlaces } from './meter-places.ts'
import { staleShare, type ViewDeps } from './meter-view.ts'
import { backoffPace, type CountedUnits, type Pace, type Ticket } from './pace.ts'
import { type Spending, spending } from './spending.ts'
import type { Waits } from './waits.ts'

/** Then a meter that failed is tried again. */
const lostForMs = 5_000

export interface MeterDeps extends ViewDeps {
  /** The ledger failed or was slow: the batch goes on with back-off alone. */
  readonly onLoss: (error: unknown) => void
  /** What may be spent on the table, and what this process remembers of its meter. */
  readonly spending?: { readonly budget: Budget; readonly memory: MeterMemory }
}

export interface PaceWaits extends Waits {
  /** Units that the meter of the budget was promised earlier. */
  readonly owedBudget?: number
}

/** Places at the meter of one table, and at that of its budget, for the calls of one batch. */
export interface MeterPace extends Pace {
  /** Set when a meter sent the batch away. */
  verdict(): Admission | undefined
  /**
   * Promises what still waits to the queue.
   * @returns by meter its units, and the place at which they are through; `none` when nothing waits for places;
   * `refused` when more waits than the table takes in time, or a meter still does not answer: it is asked once more,
   * and longer, also by a batch that lost it before
   */
  promise(): Promise<readonly PlacePromise[] | 'none' | 'refused'>
}

export interface PlacePromise {
  readonly table: string
  readonly units: number
  readonly mark: number
}

/**
 * Calls go when their places are due, and back off by themselves on top of that; when a meter fails or is slow,
 * back-off alone is left for a while, and this batch's own clock keeps a budget.
 *
 * @param waits units that were promised to the queue earlier, whether the batch waits however far its place is,
 * and until when
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over what the batch has spent and been promised
export const meterPace = (table: string, deps: MeterDeps, waits: PaceWaits): MeterPace => {
  const { clock, memory, onLoss } = deps
  const backoff = backoffPace(clock)
  const places = meterPlaces(table, deps, waits)
  const rate = (budget: Budget): number => budgetRate(budget, deps.stated, memory.meter)
  const spent: Spending | undefined =
    deps.spending &&
    spending(
      budgetMeterName(table),
      { ...deps, memory: deps.spending.memory, named: rate.bind(undefined, deps.spending.budget) },
      { ...waits, owed: waits.owedBudget ?? 0 }
    )
  let lostUntil = 0
  let waiting = 0

  const isLost = (): boolean => clock.now() < lostUntil
  const lose = (error: unknown): void => {
    lostUntil = clock.now() + lostForMs
    onLoss(error)
  }
  const verdict = (): Admission | undefined => spent?.verdict() ?? places.verdict()

  const alone = async (ticket: Ticket, signal: AbortSignal): Promise<Ticket | undefined> => {
    const units = await spent?.alone(signal)
    if (!signal.aborted) return units === undefined ? ticket : { ...ticket, units }
    backoff.leave(ticket, 'settled')
    return undefined
  }

  const promiseAll = async (units: number): Promise<readonly PlacePromise[] | 'refused'> => {
    const mark = await places.promise(units)
    const paid = await spent?.promise(units)
    if (mark === undefined || (spent && paid === undefined)) return 'refused'
    return [...(paid ? [paid] : []), { table, units, mark }]
  }

  return {
    verdict,

    async enter(signal, waitingUnits = 1, nextUnits = waitingUnits): Promise<Ticket | undefined> {
      waiting = waitingUnits
      if (verdict() !== undefined) return undefined
      const ticket = await backoff.enter(signal)
      if (ticket === undefined) return undefined
      if (isLost()) return alone(ticket, signal)
      try {
        const isReady = (await spent?.ready(waitingUnits, signal)) ?? true
        // Places of the table that a budget does not let be used would pass unused.
        const units = Math.min(waitingUnits, spent?.held() ?? waitingUnits)
        if (!isReady || !(await places.ready(units, signal))) {
          backoff.leave(ticket, 'settled')
          return undefined
        }
      } catch (error) {
        lose(error)
        return alone(ticket, signal)
      }
      const { meter } = memory
      if (meter === undefined) return ticket
      const wanted = Math.min(unitsOfCall(meter), nextUnits)
      const units = places.use(spent?.use(wanted) ?? wanted)
      return { ...ticket, units, seconds: units / meter.rate }
    },

    leave(ticket, end, counted) {
      backoff.leave(ticket, end)
      if (ticket.units === undefined || counted === undefined) return
      spent?.paid(ticket.units, counted)
      if (ticket.seconds !== undefined) note(ticket.units, ticket.seconds, counted)
    },

    async done() {
      if (!isLost()) await places.done().catch(lose)
    },

    async promise() {
      if (waiting <= 0) return 'none'
      try {
        return await within(clock, ledgerAnswerMs, promiseAll(waiting))
      } catch (error) {
        lose(error)
        return 'refused'
      }
    }
  }

  /** Keeps what a call says of the table until the next taking of places. */
  function note(units: number, seconds: number, { accepted, refused }: CountedUnits): void {
    const carried = accepted + refused
    // One row may need more units than a call has places.
    if (carried > units) places.owe(carried - units)
    // A plan that was cut since has nothing to say of the one that holds now.
    if (memory.meter && units / seconds > staleShare * memory.meter.rate) return
    memory.report = sumOf(memory.report, { acc: accepted, ref: refused, dur: seconds * (carried / units) })
    memory.reportedAt = clock.now()
    memory.reportRate = Math.max(memory.reportRate, units / seconds)
  }
}
