import type { PlanContext } from '../plan/plan-context.ts'
import { Flaw, type RowResult, rejected } from '../plan/row-result.ts'
import type { TargetTable } from '../plan/target-table.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import type { Pace } from '../write/pace.ts'
import type { WriteCounts } from '../write/settlement.ts'
import { type Writer, writeRows } from '../write/write-rows.ts'
import type { AskedRow } from './read-row.ts'

/** Tables of one batch that are written at the same time; a batch names one, as a rule. */
const tablesAtOnce = 4

/** A row of a batch: what is asked, or why that makes no sense. */
export type BatchRow = { readonly rowNumber: number } & (
  | { readonly asked: AskedRow; readonly isMaybeTaken: boolean }
  | { readonly flaw: Flaw }
)

/** How fast a table may be written. */
export type PaceFor = (table: TargetTable) => Pace

/**
 * Plans and writes rows of any tables, shared by the HTTP path and the queue's worker.
 *
 * @param paceFor how fast a table may be written
 * @returns a result for each row, by row number
 */
export const writeBatch = async (
  writer: Writer,
  rows: readonly BatchRow[],
  context: PlanContext,
  counts: WriteCounts,
  paceFor: PaceFor,
  deadline: AbortSignal
): Promise<Map<number, RowResult>> => {
  const results = new Map<number, RowResult>()
  const byTable = new Map<string, Array<AskedRow & { readonly isMaybeTaken: boolean }>>()
  for (const row of rows) {
    if ('flaw' in row) results.set(row.rowNumber, rejected(row.flaw))
    else {
      const { table } = row.asked
      const asked = { ...row.asked, rowNumber: row.rowNumber, isMaybeTaken: row.isMaybeTaken }
      const others = byTable.get(table)
      if (others) others.push(asked)
      else byTable.set(table, [asked])
    }
  }
  await inParallel(tablesAtOnce, byTable, async ([table, tableRows]) => {
    const written = await writeRows(table, tableRows, context, counts, writer, deadline, paceFor)
    for (const [rowNumber, result] of written) results.set(rowNumber, result)
  })
  return results
}

export const toBatchRow = (asked: AskedRow | Flaw, rowNumber: number, isMaybeTaken: boolean): BatchRow =>
  asked instanceof Flaw ? { rowNumber, flaw: asked } : { rowNumber, asked, isMaybeTaken }
