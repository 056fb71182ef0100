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

/**
 * What is known of a batch when an attempt at it begins. `new`: nobody has tried; `maybe_taken`: an earlier attempt may
 * have brought rows into the table; `unclaimed`: somebody else may be writing the same rows now, and not know of us.
 */
export type Known = 'new' | 'maybe_taken' | 'unclaimed'

/**
 * One attempt at the rows of a batch. Rows whose answer depends on who else has written them have none when the batch
 * is `unclaimed`: a condition that our own write has made false would be called somebody else's.
 */
export type Attempt = (
  paceFor: PaceFor,
  known: Known
) => Promise<{ readonly results: ReadonlyMap<number, RowResult>; readonly counts: WriteCounts }>

/** One result for each row of the batch: a row that nobody settled was not written as far as we know. */
export const allInRowOrder = (
  rows: number,
  results: ReadonlyMap<number, RowResult>
): readonly RowResult[] => {
  const all: RowResult[] = []
  for (let rowNumber = 0; rowNumber < rows; rowNumber += 1) all.push(results.get(rowNumber) ?? unanswered)
  return all
}

export const unanswered: RowResult = {
  status: 'unprocessed',
  attempts: 0,
  message: 'not reached; send the row again'
}
