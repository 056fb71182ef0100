import { queueMessage } from '../decode/queue-message.ts'
import { type BatchRecord, type Promised, spillBatch } from '../ledger/batch-record.ts'
import type { LeasedRecord } from '../ledger/leased-record.ts'
import type { RowResult } from '../plan/row-result.ts'
import { keepResults } from './known-results.ts'
import type { OnceDeps } from './once-deps.ts'
import { packSpilledRows, type SpilledRow, spilledRowsKey } from './spilled-rows.ts'

export const spillMessage = (hash: string): string => queueMessage({ kind: 'spill', batch: hash })

/** A batch that goes to the queue: its rows without an answer, the answers that there are, what meters promised. */
export interface Spilled {
  readonly rest: readonly SpilledRow[]
  readonly settled: ReadonlyMap<number, RowResult>
  readonly promises: readonly Promised[]
}

/**
 * Hands the rest of a batch to the queue: its rows into the bucket, what is known into the ledger, then a
 * message. Once this returns, the batch will be answered whatever becomes of this process.
 *
 * @param held the batch's record
 * @returns false when another attempt has taken the batch over
 * @throws what bucket, ledger or queue throw: then nothing was promised
 */
export const spillRest = async (
  { store, queue }: Pick<OnceDeps, 'store' | 'queue'>,
  hash: string,
  held: LeasedRecord<BatchRecord>,
  { rest, settled, promises }: Spilled
): Promise<boolean> => {
  await store.write(spilledRowsKey(hash), packSpilledRows(rest))
  const known = await keepResults(store, hash, settled, held.record())
  if (!(await held.write((now) => spillBatch(now, { ...known, promises })))) return false
  await queue.send(spillMessage(hash))
  return true
}
