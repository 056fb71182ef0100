import type { WritePlan } from '../plan/plan-writes.ts'
import { isPlain, type PlannedWrite } from '../plan/planned-write.ts'
import type { Clock } from '../runtime/clock.ts'
import { chainedWrites } from './chained-writes.ts'
import { drainCalls } from './drain-calls.ts'
import { backoffPace, type Pace } from './pace.ts'
import { plainWrites } from './plain-writes.ts'
import { readFirst } from './read-first.ts'
import type { Settlement } from './settlement.ts'
import { isOver, type TableDoubt } from './table-doubt.ts'
import type { ReadPort, WritePort } from './write-port.ts'

export interface WriteDeps {
  readonly port: WritePort & ReadPort
  readonly pace: Pace
  readonly clock: Clock
  readonly settlement: Settlement
  readonly doubt: TableDoubt
}

/**
 * Sends a plan's writes to its table and settles them: reads first where rows ask for it, then plain writes in
 * groups and all others one by one, at one pace. At the deadline what is left becomes `unprocessed`; when the
 * table turned out to be another than planned for, it is left unsettled for a new plan.
 */
export const writePlan = async (
  table: string,
  { plain, chains }: Pick<WritePlan, 'plain' | 'chains'>,
  { port, pace, clock, settlement, doubt }: WriteDeps,
  deadline: AbortSignal
): Promise<void> => {
  const to = { table, port, settlement, doubt }
  let groups: PlannedWrite[] = []
  const rest: Array<readonly PlannedWrite[]> = []
  const chainOf = new Map<PlannedWrite, readonly PlannedWrite[]>()
  if (!plain.some(({ skipUnchanged }) => skipUnchanged)) groups = [...plain]
  else
    for (const write of plain)
      if (write.skipUnchanged) chainOf.set(write, [write])
      else groups.push(write)
  for (const chain of chains) {
    const [first] = chain
    if (first?.skipUnchanged) chainOf.set(first, chain)
    else rest.push(chain)
  }

  if (chainOf.size > 0) {
    const differs = (write: PlannedWrite): void => {
      const chain = chainOf.get(write) ?? [write]
      if (chain.length === 1 && isPlain(write)) groups.push(write)
      else rest.push(chain)
    }
    const skip = (write: PlannedWrite): void => {
      const status = settlement.results.get(write.rows[0]?.rowNumber ?? -1)?.status
      // Where the first write of a key could not be decided, the later ones must not overtake it.
      if (status === undefined || !['unchanged', 'written', 'deleted'].includes(status)) return
      const after = chainOf.get(write)?.slice(1) ?? []
      if (after.length > 0) rest.push(after)
    }
    // Reads have a capacity of their own, so they do not wait for places at the table's meter of writes.
    const reads = readFirst([...chainOf.keys()], to, differs)
    await drainCalls([reads], backoffPace(clock), deadline)
    for (const write of chainOf.keys()) if (settlement.isSettled(write)) skip(write)
  }

  const sources = [plainWrites(spread(groups, clock.random), to), chainedWrites(rest, to)]
  await drainCalls(sources, pace, deadline)
  // A source that has run dry has settled all of its writes.
  if (isOver(doubt) || (chainOf.size === 0 && !sources.some((source) => source.isReady()))) return
  settlement.giveUp(plain)
  for (const chain of chains) settlement.giveUp(chain)
}

/**
 * Mixes writes where they stand: rows come sorted by key as a rule, and groups in that order would hit one partition after
 * the other. Which row of a key wins is decided by now, so the order does not matter.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BulkPutItems.BestPractices.md
 */
const spread = (mixed: PlannedWrite[], random: () => number): PlannedWrite[] => {
  for (let n = mixed.length - 1; n > 0; n -= 1) {
    const other = Math.floor(random() * (n + 1))
    const write = mixed[n] as PlannedWrite
    mixed[n] = mixed[other] as PlannedWrite
    mixed[other] = write
  }
  return mixed
}
