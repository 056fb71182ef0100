import {
  type ArgumentCounts,
  decodeBatch,
  type RowArguments,
  type RowReader,
  readRows
} from '../decode/batch.ts'
import type { JsonSpan } from '../json/json-span.ts'
import { takenTo, takeRow, wireTerms } from '../plan/plan-any-row.ts'
import type { PlanContext } from '../plan/plan-context.ts'
import type { Mode, RowOptions } from '../plan/row-options.ts'
import type { UnplannedRow } from '../plan/row-to-plan.ts'
import type { WireTerms } from '../plan/wire-item.ts'
import type { WireWrite } from '../plan/wire-write.ts'
import type { TableSchemas } from '../write/table-schemas.ts'
import { type BatchRow, type ReadRow, readRow } from './read-row.ts'
import type { TableList } from './table-list.ts'

/** A batch whose rows are found and read. */
export interface ReadBatch {
  /** As they are to be written; those that are plain are planned already. */
  readonly rows: readonly BatchRow[]
  /** The same unplanned, of which an earlier attempt may have brought some into the table. */
  maybeTaken(): readonly ReadRow[]
  /** The arguments of all rows, found once more: few batches have anybody who asks. */
  args(): readonly RowArguments[]
}

/** How rows are meant, and what is known of their tables. */
export interface BatchTerms {
  readonly counts: ArgumentCounts
  readonly isAllowed: TableList
  readonly only: Mode | undefined
  readonly schemas: TableSchemas
  readonly context: PlanContext
}

/**
 * Finds, reads and plans the rows of a body in one pass, as far as they are plain and their table is known: whatever is
 * not is found first, and planned when it is written.
 *
 * @throws BatchError when the batch as a whole cannot be read
 */
export const readBatch = (body: Buffer, terms: BatchTerms): ReadBatch => {
  const { counts, isAllowed, only } = terms
  const args = (): readonly RowArguments[] => decodeBatch(body, counts)
  let unplanned: readonly RowArguments[] | undefined
  const read = readRow(isAllowed, only)
  const itemOf = (rowNumber: number): JsonSpan => {
    unplanned ??= args()
    return unplanned[rowNumber]?.[1] as JsonSpan
  }
  return {
    rows: readRows(body, counts, new BatchReader(terms, read, itemOf)),
    maybeTaken: () => args().map((row, rowNumber) => read(row, rowNumber, true)),
    args
  }
}

class BatchReader implements RowReader<BatchRow> {
  private readonly terms: BatchTerms
  private readonly read: ReturnType<typeof readRow>
  /** That of a row which was taken, as it came. */
  private readonly itemOf: (rowNumber: number) => JsonSpan
  /** Those of the last row that was not taken. */
  private table = ''
  private options: RowOptions | undefined
  private wireTerms: WireTerms | undefined
  private write: WireWrite | undefined

  constructor(terms: BatchTerms, read: ReturnType<typeof readRow>, itemOf: (rowNumber: number) => JsonSpan) {
    this.terms = terms
    this.read = read
    this.itemOf = itemOf
  }

  row(args: RowArguments, rowNumber: number): BatchRow {
    const row = this.read(args, rowNumber)
    if ('flaw' in row) this.options = this.wireTerms = undefined
    else if (row.table !== this.table || row.options !== this.options) {
      const { schemas, context } = this.terms
      const { options } = row
      const table = schemas.known(row.table)
      this.table = row.table
      this.options = options
      const again = (rowNumber: number): UnplannedRow => ({
        rowNumber,
        item: this.itemOf(rowNumber),
        options,
        isMaybeTaken: false
      })
      this.wireTerms = table && wireTerms(options, table, context, again)
    }
    return row
  }

  take(body: Buffer, from: number, rowNumber: number): number {
    this.write = this.wireTerms && takeRow(body, from, rowNumber, this.wireTerms)
    return this.write === undefined ? -1 : takenTo()
  }

  taken(): WireWrite {
    return this.write as WireWrite
  }
}
