import type { RowResult } from '../plan/row-result.ts'
import type { WriteCounts } from '../write/settlement.ts'
import type { PaceFor } from './write-batch.ts'

/** What a batch came to. Without results it is accepted: the answer comes by polling. */
export interface BatchOutcome {
  readonly results: readonly RowResult[] | undefined
  readonly counts: WriteCounts
  /** The same batch was answered before; nothing was written. */
  readonly isRepeat: boolean
}

/** One attempt at the rows of a batch. */
export type Attempt = (
  paceFor: PaceFor,
  isMaybeTaken: boolean
) => Promise<{ readonly results: ReadonlyMap<number, RowResult>; readonly counts: WriteCounts }>

/** One result for each row of the batch: a row that nobody settled was not written as far as we know. */
export const allInRowOrder = (rows: number, results: ReadonlyMap<number, RowResult>): readonly RowResult[] =>
  Array.from({ length: rows }, (_, rowNumber) => results.get(rowNumber) ?? unanswered)

export const unanswered: RowResult = {
  status: 'unprocessed',
  attempts: 0,
  message: 'not reached; send the row again'
}
