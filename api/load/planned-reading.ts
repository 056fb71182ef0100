import { readJson } from '../batch/read-row.ts'
import { isObject } from '../decode/chunk-row.ts'
import type { LineTaker } from '../decode/chunk-rows.ts'
import type { RunRecord } from '../ledger/run-record.ts'
import type { TextTerms } from '../plan/cell-text.ts'
import { roomFor, takenTo, takeRow, wireTerms } from '../plan/plan-any-row.ts'
import type { PlanContext } from '../plan/plan-context.ts'
import type { RowOptions } from '../plan/row-options.ts'
import type { UnplannedRow } from '../plan/row-to-plan.ts'
import type { WireTerms } from '../plan/wire-item.ts'
import type { WireWrite } from '../plan/wire-write.ts'
import type { Clock } from '../runtime/clock.ts'
import type { TableSchemas } from '../write/table-schemas.ts'
import type { NumberedRow } from './chunk-rows-of.ts'

/** How the rows of a chunk are meant. */
export interface ChunkTerms {
  readonly run: RunRecord
  readonly chunk: string
  readonly options: RowOptions
  readonly text: TextTerms
}

/** What is known of the rows of a slice that is planned now. */
export const sliceContext = (
  { run, chunk, text }: Omit<ChunkTerms, 'options'>,
  nowMs: number
): PlanContext => ({
  nowMs,
  origin: { ...(run.queryId === undefined ? {} : { query_id: run.queryId }), run: run.run, chunk },
  readJson,
  ...text
})

/** So many rows on end that were not taken: the rest of the slice is not like those that are. */
const mostInVain = 8

/**
 * Plans the plain rows of a chunk while their lines are read, slice by slice, as far as the table is known. A row that
 * was read with one slice and is written with the next is planned once more then: pages end where slices do, unless a
 * budget or long rows make slices smaller.
 */
export class PlannedReading implements LineTaker {
  private readonly terms: ChunkTerms
  private readonly schemas: TableSchemas
  private readonly clock: Clock
  private readonly from: number
  private context: PlanContext | undefined
  /** Those of the slice that is read now; undefined when its rows are not taken. */
  private wireTerms: WireTerms | undefined
  private slice: readonly NumberedRow[] = []
  private write: WireWrite | undefined
  private inVain = 0

  /** @param world `from`: an earlier claim may have sent the rows below it, which are looked at before they are planned */
  constructor(
    terms: ChunkTerms,
    world: { readonly schemas: TableSchemas; readonly clock: Clock; readonly from: number }
  ) {
    this.terms = terms
    this.schemas = world.schemas
    this.clock = world.clock
    this.from = world.from
  }

  /** The context of a slice that is read, by which its rows are planned that are not yet; the next slice gets another. */
  contextOf(slice: readonly NumberedRow[]): PlanContext {
    const context = this.context ?? this.begin()
    this.slice = slice
    this.context = undefined
    return context
  }

  take(block: Buffer, from: number, end: number, rowNumber: number): number {
    if (rowNumber < this.from) return -1
    if (this.context === undefined) this.begin()
    if (this.wireTerms === undefined || this.inVain === mostInVain) return -1
    roomFor(end - from)
    this.write = takeRow(block, from, rowNumber, this.wireTerms)
    this.inVain = this.write === undefined ? this.inVain + 1 : 0
    return this.write === undefined ? -1 : takenTo()
  }

  taken(): WireWrite {
    return this.write as WireWrite
  }

  private begin(): PlanContext {
    const { run, options } = this.terms
    const context = sliceContext(this.terms, this.clock.now())
    const table = this.schemas.known(run.table)
    this.wireTerms = table && wireTerms(options, table, context, (rowNumber) => this.rowAgain(rowNumber))
    this.context = context
    this.inVain = 0
    return context
  }

  /** A row of the slice that is written now, as it came. */
  private rowAgain(rowNumber: number): UnplannedRow {
    const { slice } = this
    // A line that is no row has its number, too: they leave no gaps.
    const row = slice[rowNumber - (slice[0] as NumberedRow).rowNumber]
    if (row === undefined || !('item' in row) || !isObject(row.item)) throw new TypeError('a row of no slice')
    return { rowNumber, item: row.item, options: this.terms.options, isMaybeTaken: false }
  }
}
