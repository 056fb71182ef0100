import { isDeepStrictEqual } from 'node:util'
import type { BatchRecord } from '../ledger/batch-record.ts'
import type { OnceDeps } from './once-deps.ts'

/**
 * Writes the next state of a batch that we hold, if nobody else has written it since.
 *
 * @returns the record as written; undefined when the batch is somebody else's by now
 * @throws what the ledger throws: the state may be written or not
 */
export const writeHeld = async (
  ledger: OnceDeps['ledger'],
  next: BatchRecord
): Promise<BatchRecord | undefined> => {
  const changed = { ...next, rev: next.rev + 1 }
  if (await ledger.put(changed, next.rev)) return changed
  // The answer to our own write may have been lost, and the write repeated: then what is stored is what we wrote.
  const stored = await ledger.get<BatchRecord>(changed)
  return isDeepStrictEqual(stored, JSON.parse(JSON.stringify(changed))) ? changed : undefined
}
