import { budgetMeterName } from '../ledger/meter-of-budget.ts'
import type { MeterStore } from '../ledger/meter-store.ts'
import type { TargetTable } from '../plan/target-table.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import type { Budget } from './budget.ts'
import { type MeterMemory, openMemory } from './meter-memory.ts'
import { type MeterPace, meterPace } from './meter-pace.ts'
import { backoffPace } from './pace.ts'

/** How long a batch may wait for its places at meters. */
export interface BatchWaits {
  /** It waits however far its places are: nobody else goes on with it. */
  readonly isPatient: boolean
  /** It lets others go first for a while: a load in bulk, for which nobody polls. */
  readonly isPolite?: boolean
  /** What meters, by name, were promised for it earlier. */
  readonly promises: ReadonlyArray<{ readonly table: string; readonly units: number }>
  /** Its deadline. */
  readonly untilMs: number
}

/** What this process remembers of meters between batches: its view of each, and what it has yet to report. */
export type Paces = (waits: BatchWaits) => {
  readonly paceFor: (table: TargetTable, budget?: Budget) => MeterPace
  /** The meters that this batch used, by table. */
  readonly used: ReadonlyMap<string, MeterPace>
}

/** Meters that one process remembers; the least recently made is forgotten first. */
const mostMeters = 1_000

const unmetered = (clock: Clock): MeterPace => ({
  ...backoffPace(clock),
  verdict: () => undefined,
  promise: async () => 'none'
})

/** @param meters where there are none, batches go by back-off alone */
export const openPaces = (
  { meters }: { readonly meters: MeterStore | undefined },
  clock: Clock,
  log: Log
): Paces => {
  const memories = new Map<string, MeterMemory>()
  const memoryOf = (meter: string): MeterMemory => {
    const memory = memories.get(meter) ?? openMemory()
    memories.set(meter, memory)
    const [oldest] = memories.keys()
    if (memories.size > mostMeters && oldest !== undefined) memories.delete(oldest)
    return memory
  }
  return ({ isPatient, isPolite = false, promises, untilMs }) => {
    const used = new Map<string, MeterPace>()
    const paceFor = ({ name, statedUnits }: TargetTable, budget?: Budget): MeterPace => {
      const known = used.get(name)
      if (known) return known
      const onLoss = (error: unknown): void =>
        log({ event: 'ledger_lost', purpose: 'meter', cause: (error as Error).name })
      const owedAt = (meter: string): number => promises.find(({ table }) => table === meter)?.units ?? 0
      const deps = { clock, stated: statedUnits, memory: memoryOf(name), onLoss }
      const spending = budget && { budget, memory: memoryOf(budgetMeterName(name)) }
      const pace = meters
        ? meterPace(
            name,
            { ...deps, meters, ...(spending ? { spending } : {}) },
            {
              ...{ isDrain: isPatient, isPolite, owed: owedAt(name), untilMs },
              owedBudget: owedAt(budgetMeterName(name))
            }
          )
        : unmetered(clock)
      used.set(name, pace)
      return pace
    }
    return { paceFor, used }
  }
}
