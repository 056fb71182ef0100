import { dryTally } from '../plan/dry-tally.ts'
import type { Key } from '../plan/key.ts'
import type { PlanContext } from '../plan/plan-context.ts'
import { planRow } from '../plan/plan-row.ts'
import { planWrites, type WritePlan } from '../plan/plan-writes.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import { Flaw, type RowResult, rejected } from '../plan/row-result.ts'
import { type RowToPlan, unplanned } from '../plan/row-to-plan.ts'
import type { TargetTable } from '../plan/target-table.ts'
import type { Clock } from '../runtime/clock.ts'
import { type Budget, budgetOf } from './budget.ts'
import { forTable, noSuchTable, type TableEnd, type TableWork } from './for-table.ts'
import { backoffPace, type Pace } from './pace.ts'
import { openSettlement, type Settlement, type WriteCounts } from './settlement.ts'
import { isOver } from './table-doubt.ts'
import type { TableSchemas } from './table-schemas.ts'
import { writePlan } from './write-plan.ts'
import type { ReadPort, WritePort } from './write-port.ts'

export interface Writer {
  readonly port: WritePort & ReadPort
  readonly schemas: TableSchemas
  readonly clock: Clock
}

/** Rows of one table that are to be written. */
export interface RowsToWrite {
  readonly table: string
  readonly rows: readonly RowToPlan[]
  readonly context: PlanContext
  /** What sending them costs is added here. */
  readonly counts: WriteCounts
  /** How fast the table may be written; by back-off alone unless told. */
  readonly paceFor?: (table: TargetTable, budget?: Budget) => Pace
  /** Answers are added here as they come. */
  readonly results?: Map<number, RowResult>
  /** Rows with option `trail` are added here, each with its key. */
  readonly trail?: Map<number, Key | undefined>
}

/**
 * Rows of one table → one result a row: plan, write, and plan again when the table proves to be another than
 * the one remembered.
 *
 * @returns `results`, with exactly one for each row; rows that ran out of time are `unprocessed`
 */
export const writeRows = async (
  { port, schemas, clock }: Writer,
  {
    table: name,
    rows,
    context,
    counts,
    paceFor = () => backoffPace(clock),
    results = new Map(),
    trail
  }: RowsToWrite,
  deadline: AbortSignal
): Promise<ReadonlyMap<number, RowResult>> => {
  let pace: Pace | undefined
  let open = rows
  const dry = dryTally()

  const work: TableWork<WritePlan> = {
    plan: (table) => planWrites(open, table, context, (write) => dry.add(write, table)),
    isDoubtful,
    async carryOut(plan, table, doubt) {
      for (const [rowNumber, key] of plan.trail) trail?.set(rowNumber, key)
      const settlement = openSettlement(counts, results)
      settlement.lost(maybeTaken(plan, open))
      pace ??= paceFor(table, budgetOf(rows))
      await writePlan(name, plan, { port, pace, clock, settlement, doubt }, deadline)
      const isReplanned = isOver(doubt)
      const decided = isReplanned ? lostToSettled(plan, settlement, open, { table, context }) : plan.settled
      for (const [rowNumber, result] of decided) results.set(rowNumber, result)
      open = isReplanned ? open.filter(({ rowNumber }) => !results.has(rowNumber)) : []
    }
  }
  const end = await forTable(schemas, name, work, deadline)
  await pace?.done?.()
  if (end.kind === 'unavailable' && end.isDenied) counts.denied = end.reason
  if (end.kind !== 'done') for (const { rowNumber } of open) results.set(rowNumber, withoutTable(end))
  counts.dry = dry.totals(results, counts.dry)
  return results
}

/** What a row is answered whose table is not there, or does not tell. */
const withoutTable = (end: Exclude<TableEnd, { readonly kind: 'done' }>): RowResult =>
  end.kind === 'unknown'
    ? rejected(noSuchTable)
    : { status: 'unprocessed', attempts: 0, message: `${end.reason}; send the row again` }

/** Writes of rows that an earlier attempt may have brought into the table. */
const maybeTaken = ({ plain, chains }: WritePlan, rows: readonly RowToPlan[]): PlannedWrite[] => {
  const lost = new Set(rows.filter((row) => row.isMaybeTaken).map(({ rowNumber }) => rowNumber))
  return lost.size === 0
    ? []
    : [...plain, ...chains.flat()].filter((write) => write.rows.some(({ rowNumber }) => lost.has(rowNumber)))
}

/** Decisions that a key schema made fall with it, except that a row lost to one that has already been sent. */
const lostToSettled = (
  { plain, chains, settled }: WritePlan,
  settlement: Settlement,
  rows: readonly RowToPlan[],
  { table, context }: { readonly table: TargetTable; readonly context: PlanContext }
): Array<readonly [rowNumber: number, result: RowResult]> => {
  const sent = new Set([...plain, ...chains.flat()].filter(settlement.isSettled).map(({ key }) => key.text))
  return rows.flatMap((row) => {
    const result = settled.get(row.rowNumber)
    if (result?.status !== 'superseded') return []
    const write = planRow({ ...unplanned(row), table }, context)
    return write instanceof Flaw || !sent.has(write.key.text) ? [] : [[row.rowNumber, result] as const]
  })
}

/** Seconds of trust in a remembered schema where it makes rows lose to each other. */
const trustedMs = 5_000

/**
 * What a table that was made anew with another key would cause: keys that do not fit, and rows that seem to have
 * one key. Such rows would be lost, so the table is looked at once more before they are told.
 */
const isDoubtful = ({ settled }: WritePlan, ageMs: number): boolean => {
  for (const result of settled.values()) {
    if (result.status === 'superseded' && ageMs > trustedMs) return true
    if (result.status !== 'rejected') continue
    if (result.code === 'missing_key' || result.code === 'key_type' || result.code === 'invalid_key')
      return true
  }
  return false
}
