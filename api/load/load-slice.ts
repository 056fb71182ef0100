import type { Trail } from '../batch/trail.ts'
import { untilAnswered } from '../batch/until-answered.ts'
import type { PaceFor } from '../batch/write-batch.ts'
import { isObject, type UnreadableRow } from '../decode/chunk-row.ts'
import type { DryTotals } from '../ledger/estimate.ts'
import type { RunRecord } from '../ledger/run-record.ts'
import type { WouldBe } from '../plan/dry-tally.ts'
import type { PlanContext } from '../plan/plan-context.ts'
import type { RowOptions } from '../plan/row-options.ts'
import type { RowResult } from '../plan/row-result.ts'
import { type RowToPlan, unplanned } from '../plan/row-to-plan.ts'
import { WireWrite } from '../plan/wire-write.ts'
import { noSuchTable } from '../write/for-table.ts'
import { noCounts, type WriteCounts } from '../write/settlement.ts'
import { writeRows } from '../write/write-rows.ts'
import type { NumberedRow } from './chunk-rows-of.ts'
import type { HeldChunk } from './hold-chunk.ts'
import type { LoadDeps } from './load-deps.ts'
import type { RejectedRow } from './rejected-rows.ts'
import { secondsOf } from './seconds-of.ts'

export type SliceOutcome =
  | {
      readonly kind: 'answered'
      readonly results: readonly RowResult[]
      readonly rejected: readonly RejectedRow[]
      readonly counts: WriteCounts
      /** What the writes of a dry run would be. */
      readonly dry?: DryTotals | undefined
      /** Rows with option `trail`, and what they were answered. */
      readonly trail: { readonly rows: Trail; readonly results: ReadonlyMap<number, RowResult> }
    }
  /** No row of the table can be written: the chunk fails as a whole, and can be redriven. */
  | { readonly kind: 'failed'; readonly error: string }
  /** The deadline came, or another worker took over. */
  | { readonly kind: 'interrupted' }

/** Rows of a chunk, and how they are meant. */
export interface Slice {
  readonly rows: readonly NumberedRow[]
  readonly options: RowOptions
  readonly context: PlanContext
  /** An earlier claim may have sent some of the rows; never those that were planned while they were read. */
  readonly isMaybeTaken: boolean
}

/** Sends the rows of a slice until every one of them is answered, however long the table throttles. */
export const loadSlice = async (
  {
    writer,
    clock,
    meters,
    paceFor
  }: Pick<LoadDeps, 'writer' | 'clock' | 'meters'> & { readonly paceFor: PaceFor },
  { run, held }: { readonly run: RunRecord; readonly held: HeldChunk },
  { rows: sliceRows, options, context, isMaybeTaken }: Slice,
  deadline: AbortSignal
): Promise<SliceOutcome> => {
  const counts = noCounts()
  const results = new Map<number, RowResult>()
  const rows: RowToPlan[] = []
  for (let n = 0; n < sliceRows.length; n += 1) {
    const row = sliceRows[n] as NumberedRow
    if (!('item' in row)) results.set(row.rowNumber, unreadable(row.unreadable, row.range))
    else if (row.taken instanceof WireWrite) rows.push(row.taken)
    else if (!isObject(row.item)) results.set(row.rowNumber, notAnObject)
    else rows.push({ rowNumber: row.rowNumber, item: row.item, options, isMaybeTaken })
  }
  const trail: Trail = new Map()
  let failure: string | undefined
  const rounds = {
    clock,
    renew: held.renew,
    async attempt(open: readonly RowToPlan[], signal: AbortSignal) {
      const written = await writeRows(
        writer,
        { table: run.table, rows: open, context, counts, paceFor, results, trail },
        signal
      )
      failure = counts.denied ?? goneText(written)
      return written
    },
    again: (row: RowToPlan): RowToPlan => ({ ...unplanned(row), isMaybeTaken: true }),
    isEnough: () => failure !== undefined
  }
  const end = await untilAnswered(rounds, rows, results, deadline)
  if (failure !== undefined) return { kind: 'failed', error: failure }
  if (end.kind !== 'answered') return { kind: 'interrupted' }

  const rejected: RejectedRow[] = []
  const inOrder = sliceRows.map((row): RowResult => {
    const result = results.get(row.rowNumber) ?? unreadable('the row was not answered')
    if (result.status === 'rejected')
      rejected.push({
        number: row.originalNumber ?? row.rowNumber,
        code: result.code,
        message: result.message,
        row: 'item' in row ? { item: row.item } : row
      })
    return result
  })
  return {
    kind: 'answered',
    results: inOrder,
    rejected,
    counts,
    dry: await dryTotals({ writer, meters }, run.table, { would: counts.dry, options }, deadline),
    trail: { rows: trail, results }
  }
}

/** What the writes of a dry run would be, and the seconds that the table would take. */
const dryTotals = async (
  { writer, meters }: Pick<LoadDeps, 'writer' | 'meters'>,
  name: string,
  { would, options }: { readonly would: WouldBe | undefined; readonly options: RowOptions },
  deadline: AbortSignal
): Promise<DryTotals | undefined> => {
  if (would === undefined) return undefined
  const found = await writer.schemas.find(name, deadline)
  const isTold = found.kind === 'table'
  return {
    ...would,
    seconds: isTold ? await secondsOf({ meters }, would, { table: found.table, options }) : null
  }
}

/** Without its table no row can be written: that is the chunk's failure, not the rows'. */
const goneText = (results: ReadonlyMap<number, RowResult>): string | undefined => {
  let text: string | undefined
  results.forEach((result) => {
    if (result.status === 'rejected' && result.code === noSuchTable.code)
      text = `the table is gone: ${result.message}`
  })
  return text
}

const unreadable = (message: string, range?: UnreadableRow['range']): RowResult => ({
  status: 'rejected',
  code: range === undefined ? 'unreadable_row' : 'item_too_large',
  message
})

const notAnObject: RowResult = {
  status: 'rejected',
  code: 'not_an_object',
  message: 'the row is not an object'
}
