import type { RowArguments } from '../decode/batch.ts'
import { type BatchRecord, type Promised, spillBatch } from '../ledger/batch-record.ts'
import type { RowResult } from '../plan/row-result.ts'
import { keepResults } from './known-results.ts'
import type { OnceDeps } from './once-deps.ts'
import { packSpilledRows, type SpilledRow, spilledRowsKey } from './spilled-rows.ts'

export const spillMessage = (hash: string): string => JSON.stringify({ kind: 'spill', batch: hash })

/**
 * Hands the rest of a batch to the queue: its rows into the bucket, what is known into the ledger, then a
 * message. Once this returns, the batch will be answered whatever becomes of this process.
 *
 * @param hold writes the batch's record; false when it is not ours any more
 * @param results what is settled; rows without a result are the rest
 * @returns false when another attempt has taken the batch over
 * @throws what bucket, ledger or queue throw: then nothing was promised
 */
export const spillRest = async (
  { store, queue }: Pick<OnceDeps, 'store' | 'queue'>,
  hash: string,
  held: BatchRecord,
  hold: (next: BatchRecord) => Promise<boolean>,
  rows: readonly RowArguments[],
  results: ReadonlyMap<number, RowResult>,
  isMaybeTaken: (rowNumber: number) => boolean,
  promises: readonly Promised[]
): Promise<boolean> => {
  const rest: SpilledRow[] = []
  for (const [rowNumber, args] of rows.entries())
    if (!results.has(rowNumber)) rest.push({ rowNumber, args, isMaybeTaken: isMaybeTaken(rowNumber) })
  await store.write(spilledRowsKey(hash), packSpilledRows(rest))
  const known = await keepResults(store, hash, results, held)
  if (!(await hold(spillBatch(held, { ...known, promises })))) return false
  await queue.send(spillMessage(hash))
  return true
}
