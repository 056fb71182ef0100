import type { RowArguments } from '../decode/batch.ts'
import { BatchError } from '../decode/batch-error.ts'
import type { BatchHeaders } from '../decode/batch-headers.ts'
import type { BatchClaim } from '../ledger/batch-record.ts'
import type { Attempt, BatchOutcome } from '../receive/receive-batch.ts'
import { sha256 } from '../runtime/sha256.ts'
import type { Clock } from '../write/clock.ts'
import { within } from '../write/within.ts'
import { arrivedOf, claimArrived } from './claim-batch.ts'
import { followBatch } from './follow-batch.ts'
import { allInRowOrder } from './known-results.ts'
import { leadBatch } from './lead-batch.ts'
import type { OnceDeps } from './once-deps.ts'
import { openPaces } from './paces.ts'

export type AnswerOnce = (
  route: string,
  headers: BatchHeaders,
  body: string,
  rows: readonly RowArguments[],
  attempt: Attempt
) => Promise<BatchOutcome>

/** Beyond the deadline: what is left of an attempt until its answer is stored. */
const leaseMarginMs = 10_000
/** A claim that takes longer is done without; and never may it take the time that the rows need. */
const mostClaimMs = 3_000
const leastClaimMs = 250
const mostClaims = 3

/**
 * One effect and one answer a batch, whatever Snowflake repeats. A batch is route, batch id and content.
 *
 * Answered before: the same answer. At work elsewhere: accepted, poll. Not finished in time, or not admitted by
 * the table's meter: the rest goes to the queue, accepted, poll. When the ledger is out of reach the batch is
 * written all the same: its writes are idempotent.
 *
 * @param stopping the process ends: what is not written is said at once, for nobody would go on with it
 */
export const answerOnce = (
  deps: OnceDeps,
  clock: Clock,
  deadlineMs: number,
  stopping?: AbortSignal
): AnswerOnce => {
  const paces = openPaces(deps, clock, deps.log)
  const follow = followBatch(deps, clock)
  const lead = leadBatch(deps, clock, paces, deadlineMs, stopping)
  const claimMs = Math.min(mostClaimMs, Math.max(leastClaimMs, deadlineMs / 2))

  return async (route, headers, body, rows, attempt) => {
    /** Without a claim nobody goes on with what is left, so it waits for its places until the deadline. */
    const alone = async (isMaybeTaken: boolean): Promise<BatchOutcome> => {
      const { results, counts } = await attempt(
        paces(true, [], clock.now() + deadlineMs).paceFor,
        isMaybeTaken
      )
      return { results: allInRowOrder(rows.length, results), counts, isRepeat: false }
    }
    const { batchId } = headers
    if (batchId === undefined) return alone(false)

    const hash = sha256(route, batchId, body)
    const arrived = arrivedOf(route, headers, batchId, rows.length)
    for (let claims = 1; claims <= mostClaims; claims += 1) {
      let claim: BatchClaim
      try {
        const claiming = claimArrived(deps.ledger, clock, hash, arrived, deadlineMs + leaseMarginMs)
        claim = await within(clock, claimMs, claiming)
      } catch (error) {
        deps.log({ event: 'ledger_lost', purpose: 'claim', cause: (error as Error).name })
        return alone(true)
      }
      if (claim.kind !== 'claimed') return follow(claim, hash, rows)
      const outcome = await lead(claim, hash, rows, attempt)
      if (outcome !== undefined) return outcome
    }
    throw new BatchError(
      'out_of_time',
      'The answer of this batch cannot be had now. It is safe to send it again.'
    )
  }
}
