import type { Promised } from '../ledger/batch-record.ts'
import type { TargetTable } from '../plan/target-table.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import { type MeterMemory, openMemory } from '../write/meter-memory.ts'
import { type MeterPace, meterPace } from '../write/meter-pace.ts'
import { backoffPace } from '../write/pace.ts'
import type { OnceDeps } from './once-deps.ts'

/** How long a batch may wait for its places at meters. */
export interface BatchWaits {
  /** It waits however far its places are: nobody else goes on with it. */
  readonly isPatient: boolean
  /** What meters were promised for it earlier. */
  readonly promises: readonly Promised[]
  /** Its deadline. */
  readonly untilMs: number
}

/** What this process remembers of meters between batches: its view of each, and what it has yet to report. */
export type Paces = (waits: BatchWaits) => {
  readonly paceFor: (table: TargetTable) => MeterPace
  /** The meters that this batch used, by table. */
  readonly used: ReadonlyMap<string, MeterPace>
}

/** Tables whose meters one process remembers; the least recently made is forgotten first. */
const mostTables = 1_000

const unmetered = (clock: Clock): MeterPace => ({
  ...backoffPace(clock),
  verdict: () => undefined,
  promise: async () => 'none'
})

export const openPaces = ({ meters }: Pick<OnceDeps, 'meters'>, clock: Clock, log: Log): Paces => {
  const memories = new Map<string, MeterMemory>()
  const memoryOf = (table: string): MeterMemory => {
    const memory = memories.get(table) ?? openMemory()
    memories.set(table, memory)
    const [oldest] = memories.keys()
    if (memories.size > mostTables && oldest !== undefined) memories.delete(oldest)
    return memory
  }
  return ({ isPatient, promises, untilMs }) => {
    const used = new Map<string, MeterPace>()
    const paceFor = ({ name, statedUnits }: TargetTable): MeterPace => {
      const known = used.get(name)
      if (known) return known
      const onLoss = (error: unknown): void =>
        log({ event: 'ledger_lost', purpose: 'meter', cause: (error as Error).name })
      const owed = promises.find(({ table }) => table === name)?.units ?? 0
      const deps = { clock, stated: statedUnits, memory: memoryOf(name), onLoss }
      const pace = meters
        ? meterPace(name, { ...deps, meters }, { isDrain: isPatient, owed, untilMs })
        : unmetered(clock)
      used.set(name, pace)
      return pace
    }
    return { paceFor, used }
  }
}
