import type { RowResult } from '../../api/plan/row-result.ts'
import type { RowToPlan } from '../../api/plan/row-to-plan.ts'
import type { TargetTable } from '../../api/plan/target-table.ts'
import { noCounts, type WriteCounts } from '../../api/write/settlement.ts'
import type { TableLookup, TableSchemas } from '../../api/write/table-schemas.ts'
import { writeRows } from '../../api/write/write-rows.ts'
import { context, tableOf } from './rows.ts'
import { type PortCall, type PortFault, type ScriptedPort, scriptedPort } from './scripted-port.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

/** A table in memory, in virtual time, with the whole of write/ in front of it. */
export interface WriteBench {
  readonly clock: VirtualClock
  readonly port: ScriptedPort
  readonly counts: WriteCounts
  /** How often the table was looked up afresh. */
  readonly looks: () => number
  write(rows: readonly RowToPlan[], deadlineMs?: number): Promise<ReadonlyMap<number, RowResult>>
}

export interface BenchSettings {
  readonly script?: (call: PortCall) => PortFault
  readonly callMs?: number
  readonly random?: () => number
  /** What is remembered of the table, and what each further look says; the last one stays. */
  readonly lookups?: ReadonlyArray<TargetTable | 'unknown' | 'unavailable'>
  /** How long ago what is remembered was looked up. */
  readonly ageMs?: number
}

export const writeBench = ({
  script,
  callMs = 5,
  random,
  lookups = [tableOf()],
  ageMs = 0
}: BenchSettings = {}): WriteBench => {
  const clock = virtualClock(random)
  const port = scriptedPort(clock, script, callMs)
  const counts = noCounts()
  let looks = 0
  const lookup = (n: number): TableLookup => {
    const found = lookups[Math.min(n, lookups.length - 1)] ?? 'unknown'
    if (found === 'unknown') return { kind: 'unknown' }
    if (found === 'unavailable') return { kind: 'unavailable', reason: 'the look failed' }
    return { kind: 'table', table: found, isFresh: n > 0, ageMs }
  }
  const schemas: TableSchemas = {
    known: () => undefined,
    find: async () => lookup(0),
    lookAgain: async () => {
      looks += 1
      return lookup(looks)
    }
  }
  return {
    clock,
    port,
    counts,
    looks: () => looks,
    write: (rows, deadlineMs = 20_000) =>
      writeRows(
        { port, schemas, clock },
        { table: 'orders', rows, context, counts },
        clock.deadline(deadlineMs)
      )
  }
}

/** How many results there are of each status. */
export const tally = (results: Iterable<RowResult>): Partial<Record<RowResult['status'], number>> => {
  const counts: Partial<Record<RowResult['status'], number>> = {}
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
