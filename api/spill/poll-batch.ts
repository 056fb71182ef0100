import { allInRowOrder } from '../batch/batch-outcome.ts'
import {
  type BatchRecord,
  batchKey,
  isAnswered,
  isExpired,
  type LatestRecord,
  latestKey
} from '../ledger/batch-record.ts'
import { dueAt } from '../ledger/meter.ts'
import type { RowResult } from '../plan/row-result.ts'
import type { Clock } from '../runtime/clock.ts'
import { workers } from '../runtime/deployment-numbers.ts'
import { pollCallMs, pollWaitMs } from '../runtime/time-budgets.ts'
import { within } from '../runtime/within.ts'
import { knownResults } from './known-results.ts'
import type { OnceDeps } from './once-deps.ts'
import { spillMessage } from './spill-batch.ts'
import { withTimeouts } from './with-timeouts.ts'

/** What a polling GET finds: nobody knows the batch, it is still at work, or it is answered. */
export type Polled =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'answered'; readonly results: readonly RowResult[] }

/** What a poll asks for. `pushTables`: those of the function that polls. */
interface Asked {
  readonly route: string
  readonly batchId: string
  readonly pushTables?: string | undefined
}

/** A batch whose place is due this soon is waited for: the next poll would come up to 10 s later. */
const soonMs = 11_000
/** Each look costs a read: the first comes soon, later ones further apart. */
const firstLookMs = 300
const mostLookMs = 1_500

/**
 * Answers for the latest body accepted under the batch id. An error on a polling GET is fatal to the statement,
 * so a passing fault of ledger or bucket is `pending`.
 */
export const pollBatch = async (
  deps: OnceDeps,
  clock: Clock,
  { route, batchId, pushTables }: Asked,
  deadline: AbortSignal
): Promise<Polled> => {
  const { ledger, store, queue, log } = withTimeouts(deps, clock, pollCallMs)
  try {
    const latest = await ledger.get<LatestRecord>(latestKey(route, batchId))
    if (latest === undefined || isExpired(latest, clock.now())) return { kind: 'unknown' }
    const startMs = clock.now()
    let isSoon: boolean | undefined
    for (let looks = 0; ; looks += 1) {
      const record = await ledger.get<BatchRecord>(batchKey(latest.hash))
      if (record === undefined || isExpired(record, clock.now())) return { kind: 'unknown' }
      // A function that is narrowed sees answers of its own only.
      if (pushTables !== undefined && record.pushTables !== pushTables) return { kind: 'unknown' }
      if (isAnswered(record)) {
        const results = await knownResults(store, record)
        return { kind: 'answered', results: allInRowOrder(record.rows, results) }
      }
      if (looks === 0) await bringBack(queue, record, latest.hash, clock.now())
      const waitedMs = clock.now() - startMs
      isSoon ??= await isDueSoon(deps, clock, record)
      if (!isSoon || waitedMs >= pollWaitMs || deadline.aborted) return { kind: 'pending' }
      await clock.sleep(Math.min(mostLookMs, firstLookMs * 1.3 ** looks), deadline)
    }
  } catch (error) {
    log({ event: 'ledger_lost', purpose: 'poll', cause: (error as Error).name })
    return { kind: 'pending' }
  }
}

/**
 * The worker that had it has died: its message would come back by itself, but Snowflake does not wait for ever. One
 * message more changes nothing.
 */
const bringBack = async (
  queue: OnceDeps['queue'],
  { state, owner, leaseUntilMs }: BatchRecord,
  hash: string,
  nowMs: number
): Promise<void> => {
  if (state === 'spilled' && owner !== undefined && leaseUntilMs < nowMs) await queue.send(spillMessage(hash))
}

/** A batch names one table, as a rule; the first promise stands for all. */
const isDueSoon = async ({ meters }: OnceDeps, clock: Clock, record: BatchRecord): Promise<boolean> => {
  const [promised] = record.promises
  const meter = promised && meters && (await within(clock, pollCallMs, meters.get(promised.table)))
  if (promised === undefined || meter === undefined) return false
  // Workers share the table's places: a batch is through when half of those beside it are, too, and all are at the end.
  const through = promised.mark + (promised.units * (workers.spill - 1)) / 2
  const last = Math.min(through, Math.max(promised.mark, meter.end))
  return dueAt(meter, last) - clock.now() < soonMs
}
