import {
  type BatchRecord,
  batchKey,
  isExpired,
  type LatestRecord,
  latestKey
} from '../ledger/batch-record.ts'
import { dueAt } from '../ledger/meter.ts'
import type { RowResult } from '../plan/row-result.ts'
import type { Clock } from '../write/clock.ts'
import { knownResults } from './known-results.ts'
import type { OnceDeps } from './once-deps.ts'

/** What a polling GET finds: nobody knows the batch, it is still at work, or it is answered. */
export type Polled =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'answered'; readonly results: readonly RowResult[] }

/** A batch whose place is due this soon is waited for: the next poll would come up to 10 s later. */
const soonMs = 11_000
const mostWaitMs = 15_000
const lookEveryMs = 500

/**
 * Answers for the latest body accepted under the batch id. An error on a polling GET is fatal to the statement,
 * so a passing fault of ledger or bucket is `pending`.
 */
export const pollBatch = async (
  { ledger, store, meters, log }: OnceDeps,
  clock: Clock,
  route: string,
  batchId: string,
  deadline: AbortSignal
): Promise<Polled> => {
  try {
    const latest = await ledger.get<LatestRecord>(latestKey(route, batchId))
    if (latest === undefined || isExpired(latest, clock.now())) return { kind: 'unknown' }
    const startMs = clock.now()
    for (;;) {
      const record = await ledger.get<BatchRecord>(batchKey(latest.hash))
      if (record === undefined || isExpired(record, clock.now())) return { kind: 'unknown' }
      if (record.state === 'answered') {
        const results = await knownResults(store, record)
        return {
          kind: 'answered',
          results: Array.from({ length: record.rows }, (_, n) => results.get(n) ?? lost)
        }
      }
      const meter = record.table === undefined ? undefined : await meters?.get(record.table)
      const isSoon =
        meter !== undefined && record.mark !== undefined && dueAt(meter, record.mark) - clock.now() < soonMs
      const waited = clock.now() - startMs
      if (!isSoon || waited >= mostWaitMs || deadline.aborted) return { kind: 'pending' }
      await clock.sleep(lookEveryMs, deadline)
    }
  } catch (error) {
    log({ event: 'ledger_lost', purpose: 'poll', cause: (error as Error).name })
    return { kind: 'pending' }
  }
}

const lost: RowResult = {
  status: 'unprocessed',
  attempts: 0,
  message: 'the answer was lost; send the row again'
}
