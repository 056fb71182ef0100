import type { PlanContext } from '../plan/plan-context.ts'
import { type RowResult, rejected } from '../plan/row-result.ts'
import type { RowToPlan } from '../plan/row-to-plan.ts'
import type { TargetTable } from '../plan/target-table.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import type { Budget } from '../write/budget.ts'
import type { Pace } from '../write/pace.ts'
import type { WriteCounts } from '../write/settlement.ts'
import { type Writer, writeRows } from '../write/write-rows.ts'
import type { BatchRow } from './read-row.ts'
import type { Trail } from './trail.ts'

/** Tables of one batch that are written at the same time; a batch names one, as a rule. */
const tablesAtOnce = 4

/** Rows of any tables that are to be written. */
export interface BatchToWrite {
  readonly rows: readonly BatchRow[]
  readonly context: PlanContext
  /** What sending them costs is added here. */
  readonly counts: WriteCounts
  readonly paceFor: PaceFor
  /** Rows with option `trail` are added here. */
  readonly trail?: Trail
}

/** How fast a table may be written. */
export type PaceFor = (table: TargetTable, budget?: Budget) => Pace

/**
 * Plans and writes rows of any tables, shared by the HTTP path and the queue's worker.
 *
 * @returns a result for each row, by row number
 */
export const writeBatch = async (
  writer: Writer,
  { rows, context, counts, paceFor, trail }: BatchToWrite,
  deadline: AbortSignal
): Promise<Map<number, RowResult>> => {
  const results = new Map<number, RowResult>()
  await inParallel(tablesAtOnce, tablesOf(rows, results), async ([table, tableRows]) => {
    await writeRows(
      writer,
      { table, rows: tableRows, context, counts, paceFor, results, ...(trail && { trail }) },
      deadline
    )
  })
  return results
}

/** Rows by table; those with a flaw have their result at once. */
const tablesOf = (
  rows: readonly BatchRow[],
  results: Map<number, RowResult>
): ReadonlyMap<string, readonly RowToPlan[]> => {
  const only = tableOfAll(rows)
  if (only !== undefined) return new Map([[only, rows as readonly RowToPlan[]]])
  const byTable = new Map<string, RowToPlan[]>()
  for (const row of rows) {
    const others = 'flaw' in row ? undefined : byTable.get(row.table)
    if ('flaw' in row) results.set(row.rowNumber, rejected(row.flaw))
    else if (others) others.push(row)
    else byTable.set(row.table, [row])
  }
  return byTable
}

/** The table of all rows, if they are of one and have no flaw: those of a batch are, as a rule. */
export const tableOfAll = (rows: readonly BatchRow[]): string | undefined => {
  let table: string | undefined
  for (let n = 0; n < rows.length; n += 1) {
    const row = rows[n] as BatchRow
    if ('flaw' in row || row.table !== (table ?? row.table)) return undefined
    table = row.table
  }
  return table
}
