import type { PlanContext } from '../plan/plan-context.ts'
import { Flaw, type RowResult, rejected } from '../plan/row-result.ts'
import type { TargetTable } from '../plan/target-table.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import type { Budget } from '../write/budget.ts'
import type { Pace } from '../write/pace.ts'
import type { WriteCounts } from '../write/settlement.ts'
import { type Writer, writeRows } from '../write/write-rows.ts'
import type { AskedRow } from './read-row.ts'
import type { Trail } from './trail.ts'

/** Tables of one batch that are written at the same time; a batch names one, as a rule. */
const tablesAtOnce = 4

/** A row of a batch: what is asked, or why that makes no sense. */
export interface BatchRow {
  readonly rowNumber: number
  readonly asked: AskedRow | Flaw
  /** An earlier attempt may have brought it into the table. */
  readonly isMaybeTaken: boolean
}

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
  const byTable = new Map<string, Array<AskedRow & { readonly isMaybeTaken: boolean }>>()
  for (const { rowNumber, asked: row, isMaybeTaken } of rows) {
    if (row instanceof Flaw) results.set(rowNumber, rejected(row))
    else {
      const { table } = row
      const asked = { ...row, isMaybeTaken }
      const others = byTable.get(table)
      if (others) others.push(asked)
      else byTable.set(table, [asked])
    }
  }
  await inParallel(tablesAtOnce, byTable, async ([table, tableRows]) => {
    const written = await writeRows(
      writer,
      { table, rows: tableRows, context, counts, paceFor, ...(trail && { trail }) },
      deadline
    )
    for (const [rowNumber, result] of written) results.set(rowNumber, result)
  })
  return results
}
