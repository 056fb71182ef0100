import { randomUUID } from 'node:crypto'
import type { BatchHeaders } from '../decode/batch-headers.ts'
import {
  type Arrived,
  type BatchClaim,
  type BatchRecord,
  batchKept,
  batchKey,
  claimBatch,
  isFresh,
  type LatestRecord,
  latestKey
} from '../ledger/batch-record.ts'
import { change } from '../ledger/ledger-store.ts'
import type { Clock } from '../runtime/clock.ts'
import type { OnceDeps } from './once-deps.ts'

/**
 * Claims a batch in the ledger, and notes it as the latest body under its id.
 * @throws what the ledger throws
 */
export const claimArrived = async (
  ledger: OnceDeps['ledger'],
  clock: Clock,
  arrived: Arrived,
  leaseMs: number
): Promise<BatchClaim> => {
  const { hash } = arrived
  const owner = randomUUID()
  const decide = (record?: BatchRecord) => claimBatch(record, arrived, { owner, nowMs: clock.now(), leaseMs })
  // A batch is new as a rule, so nothing is read before its first write.
  const claim = async (): Promise<BatchClaim> => {
    const { next, answer } = decide()
    if (next && (await ledger.put(next, undefined))) return answer
    return change<BatchRecord, BatchClaim>(ledger, batchKey(hash), decide)
  }
  const latest: LatestRecord = {
    ...latestKey(arrived.route, arrived.batchId),
    rev: 1,
    expires_at: batchKept(clock.now()),
    hash
  }
  const note = async (): Promise<void> => {
    if (await ledger.put(latest, undefined)) return
    await change<LatestRecord, void>(ledger, latest, (known) =>
      known?.hash === hash && isFresh(known, clock.now())
        ? { answer: undefined }
        : { next: latest, answer: undefined }
    )
  }
  const [claimed] = await Promise.all([claim(), note()])
  return claimed
}

export const arrivedOf = (
  route: string,
  { queryId, user, pushTables }: BatchHeaders,
  batchId: string,
  rows: number
): Omit<Arrived, 'hash'> => ({ route, rows, pushTables, queryId, user, batchId })
