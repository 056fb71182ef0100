import { readJson } from '../batch/read-row.ts'
import { isObject } from '../decode/chunk-row.ts'
import type { TextTerms } from '../plan/cell-text.ts'
import { planWrites } from '../plan/plan-writes.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import type { RowOptions } from '../plan/row-options.ts'
import type { RowToPlan } from '../plan/row-to-plan.ts'
import type { TargetTable } from '../plan/target-table.ts'
import type { NumberedRow } from './chunk-rows-of.ts'

/** Rows of a file that were planned as the loader would: slice by slice, rows of one key folded. */
interface SampledSlice {
  readonly rows: number
  readonly rejected: number
  /** Of the items. */
  readonly bytes: number
  readonly writes: readonly PlannedWrite[]
}

/** Slices with equal gaps between them, which stand for all that were seen. */
export interface SampledSlices {
  add(slice: readonly NumberedRow[]): void
  /** As much is planned as may be: more slices widen the gaps. */
  isFull(): boolean
  all(): SampledSlice
}

export interface SliceTerms {
  readonly table: TargetTable
  readonly options: RowOptions
  readonly text: TextTerms
  readonly nowMs: number
  readonly origin: Readonly<Record<string, string>>
}

/** @param most what may be held: where it is more, every second slice is let go of, and every second one is left out */
export const sampledSlices = (
  { table, options, text, nowMs, origin }: SliceTerms,
  most: { readonly rows: number; readonly bytes: number }
): SampledSlices => {
  const context = { nowMs, origin, readJson, ...text }
  const wet = { ...options, dryRun: false }
  let kept: SampledSlice[] = []
  let [seen, first, stride] = [0, 0, 1]
  const sum = (of: (slice: SampledSlice) => number): number => kept.reduce((all, slice) => all + of(slice), 0)
  const rowsHeld = (): number => sum(({ rows }) => rows)
  const bytesHeld = (): number => sum(({ bytes }) => bytes)

  const planned = (slice: readonly NumberedRow[]): SampledSlice => {
    const rows = slice.flatMap((row): readonly RowToPlan[] =>
      'item' in row && isObject(row.item) ? [{ rowNumber: row.rowNumber, item: row.item, options: wet }] : []
    )
    const { settled, plain, chains } = planWrites(rows, table, context)
    const flawed = [...settled.values()].filter(({ status }) => status === 'rejected').length
    const writes = [...plain, ...chains.flat()]
    const bytes = writes.reduce((sum, write) => sum + write.bytes, 0)
    return { rows: slice.length, rejected: flawed + slice.length - rows.length, bytes, writes }
  }

  return {
    add(slice) {
      if (seen % stride === first) kept.push(planned(slice))
      seen += 1
      while (kept.length > 1 && (rowsHeld() > most.rows || bytesHeld() > most.bytes)) {
        // The odd and the even ones in turn: what is kept shall stand in the middle of what it stands for.
        const isOdd = first < stride / 2
        kept = kept.filter((_, n) => n % 2 === (isOdd ? 1 : 0))
        first += isOdd ? stride : 0
        stride *= 2
      }
    },
    isFull: () => stride > 1 || rowsHeld() >= most.rows || bytesHeld() >= most.bytes,
    all: () => ({
      rows: rowsHeld(),
      rejected: sum(({ rejected }) => rejected),
      bytes: bytesHeld(),
      writes: kept.flatMap(({ writes }) => writes)
    })
  }
}
