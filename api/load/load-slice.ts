import { readJson } from '../batch/read-row.ts'
import { JsonObject } from '../json/json-value.ts'
import type { RunRecord } from '../ledger/run-record.ts'
import type { RowToPlan } from '../plan/plan-row.ts'
import type { RowOptions } from '../plan/row-options.ts'
import type { RowResult } from '../plan/row-result.ts'
import { backoffMs } from '../runtime/backoff.ts'
import { noCounts, type WriteCounts } from '../write/settlement.ts'
import { writeRows } from '../write/write-rows.ts'
import type { NumberedRow } from './chunk-rows-of.ts'
import { type HeldChunk, spellMs } from './hold-chunk.ts'
import type { LoadDeps } from './load-deps.ts'
import type { RejectedRow } from './rejected-rows.ts'
import { openSpell } from './spell.ts'

export type SliceOutcome =
  | {
      readonly kind: 'answered'
      readonly results: readonly RowResult[]
      readonly rejected: readonly RejectedRow[]
      readonly counts: WriteCounts
    }
  /** No row of the table can be written: the chunk fails as a whole, and can be redriven. */
  | { readonly kind: 'failed'; readonly error: string }
  /** The deadline came, or another worker took over. */
  | { readonly kind: 'interrupted' }

/** How the rows of a slice are meant. */
export interface SliceTerms {
  readonly options: RowOptions
  /** CSV cells are untyped. */
  readonly isUntyped: boolean
  /** An earlier claim may have sent some of the rows. */
  readonly isMaybeTaken: boolean
}

/** Sends the rows of a slice until every one of them is answered, however long the table throttles. */
export const loadSlice = async (
  { writer, clock }: Pick<LoadDeps, 'writer' | 'clock'>,
  run: RunRecord,
  held: HeldChunk,
  slice: readonly NumberedRow[],
  { options, isUntyped, isMaybeTaken }: SliceTerms,
  deadline: AbortSignal
): Promise<SliceOutcome> => {
  const counts = noCounts()
  const results = new Map<number, RowResult>()
  let open: RowToPlan[] = []
  for (const row of slice) {
    if (!('item' in row)) results.set(row.rowNumber, unreadable(row.unreadable))
    else if (!(row.item instanceof JsonObject)) results.set(row.rowNumber, notAnObject)
    else open.push({ rowNumber: row.rowNumber, item: row.item, options, isMaybeTaken })
  }
  const context = {
    nowMs: clock.now(),
    origin: {
      ...(run.queryId === undefined ? {} : { query_id: run.queryId }),
      run: run.run,
      chunk: held.record().chunk
    },
    readJson,
    isUntyped
  }

  for (let spells = 1; open.length > 0; spells += 1) {
    // Reading the slice may have taken longer than the lease.
    if (!(await held.renew())) return { kind: 'interrupted' }
    using spell = openSpell(clock, spellMs, deadline)
    const written = await writeRows(run.table, open, context, counts, writer, spell.signal)
    const left: RowToPlan[] = []
    for (const row of open) {
      const result = written.get(row.rowNumber)
      if (result?.status === 'rejected' && result.code === 'unknown_table')
        return { kind: 'failed', error: `the table is gone: ${result.message}` }
      if (result !== undefined && result.status !== 'unprocessed') results.set(row.rowNumber, result)
      else left.push({ ...row, isMaybeTaken: true })
    }
    open = left
    if (open.length === 0) break
    if (counts.denied !== undefined) return { kind: 'failed', error: counts.denied }
    if (deadline.aborted) return { kind: 'interrupted' }
    await clock.sleep(backoffMs(spells, clock.random), deadline)
  }

  const rejected: RejectedRow[] = []
  const inOrder = slice.map((row): RowResult => {
    const result = results.get(row.rowNumber) ?? unreadable('the row was not answered')
    if (result.status === 'rejected')
      rejected.push({
        number: row.originalNumber,
        code: result.code,
        message: result.message,
        row: 'item' in row ? { item: row.item } : { text: row.text }
      })
    return result
  })
  return { kind: 'answered', results: inOrder, rejected, counts }
}

const unreadable = (message: string): RowResult => ({ status: 'rejected', code: 'unreadable_row', message })

const notAnObject: RowResult = {
  status: 'rejected',
  code: 'not_an_object',
  message: 'the row is not an object'
}
