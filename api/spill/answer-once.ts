import type { RowArguments } from '../decode/batch.ts'
import { BatchError } from '../decode/batch-error.ts'
import type { BatchHeaders } from '../decode/batch-headers.ts'
import { answerBatch, type BatchClaim, type BatchRecord, releaseBatch } from '../ledger/batch-record.ts'
import type { RowResult } from '../plan/row-result.ts'
import type { Attempt, BatchOutcome } from '../receive/receive-batch.ts'
import { sha256 } from '../runtime/sha256.ts'
import type { Clock } from '../write/clock.ts'
import { noCounts, type WriteCounts } from '../write/settlement.ts'
import { arrivedOf, claimArrived } from './claim-batch.ts'
import { allInRowOrder, keepResults, knownResults } from './known-results.ts'
import type { OnceDeps } from './once-deps.ts'
import { openPaces } from './paces.ts'
import { promisesOf } from './promises-of.ts'
import { parkBatch, spillMessage, spillRest } from './spill-batch.ts'

export type AnswerOnce = (
  route: string,
  headers: BatchHeaders,
  body: string,
  rows: readonly RowArguments[],
  attempt: Attempt
) => Promise<BatchOutcome>

/** Beyond the deadline: what is left of an attempt until its answer is stored. */
const leaseMarginMs = 10_000

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
  const lost = (purpose: string, error: unknown): void =>
    deps.log({ event: 'ledger_lost', purpose, cause: (error as Error).name })
  const accepted = (counts: WriteCounts = noCounts()): BatchOutcome => ({
    results: undefined,
    counts,
    isRepeat: false
  })

  return async (route, headers, body, rows, attempt) => {
    const answered = (results: ReadonlyMap<number, RowResult>, counts: WriteCounts): BatchOutcome => ({
      results: allInRowOrder(rows.length, results),
      counts,
      isRepeat: false
    })
    const { batchId } = headers
    if (batchId === undefined) {
      const { results, counts } = await attempt(paces(false, []).paceFor, false)
      return answered(results, counts)
    }
    const hash = sha256(route, batchId, body)
    const claim = (): Promise<BatchClaim> =>
      claimArrived(
        deps.ledger,
        clock,
        hash,
        arrivedOf(route, headers, batchId, rows.length),
        deadlineMs + leaseMarginMs
      )

    /** Answers a batch that somebody else has, or had. */
    const follow = async (other: Exclude<BatchClaim, { kind: 'claimed' }>): Promise<BatchOutcome> => {
      try {
        if (other.kind === 'answered') {
          const results = await knownResults(deps.store, other.record)
          return { ...answered(results, noCounts()), isRepeat: true }
        }
        if (other.kind === 'working') await parkBatch(deps, hash, rows, other.untilMs, clock.now())
        // The message of a spilled batch may never have left; one more changes nothing.
        else await deps.queue.send(spillMessage(hash))
        return accepted()
      } catch (error) {
        lost('follow', error)
        throw tryLater()
      }
    }

    /** Writes a batch that is ours. Undefined: it was taken over meanwhile, and nothing of it is for us to say. */
    const lead = async (own: BatchRecord, isMaybeTaken: boolean): Promise<BatchOutcome | undefined> => {
      let held = own
      const hold = async (next: BatchRecord): Promise<boolean> => {
        const changed = { ...next, rev: held.rev + 1 }
        if (!(await deps.ledger.put(changed, held.rev))) return false
        held = changed
        return true
      }
      const { paceFor, used } = paces(false, [])
      const { results, counts } = await attempt(paceFor, isMaybeTaken)
      const settled = new Map([...results].filter(([, { status }]) => status !== 'unprocessed'))

      if (settled.size < rows.length && counts.denied === undefined && !stopping?.aborted) {
        if (used.size > 0 && [...used.values()].every((pace) => pace.verdict() === 'refused')) {
          await hold(releaseBatch(held)).catch((error) => lost('release', error))
          throw slowDown()
        }
        try {
          const wasTried = (rowNumber: number): boolean => isMaybeTaken || isTried(results.get(rowNumber))
          const promises = await promisesOf(used)
          if (!(await spillRest(deps, hash, held, hold, rows, settled, wasTried, promises))) return undefined
          return accepted(counts)
        } catch (error) {
          lost('spill', error)
        }
      }
      try {
        if (!(await hold(answerBatch(held, await keepResults(deps.store, hash, results, held)))))
          return undefined
      } catch (error) {
        lost('answer', error)
      }
      return answered(results, counts)
    }

    for (let claims = 1; ; claims += 1) {
      let got: BatchClaim
      try {
        got = await claim()
      } catch (error) {
        lost('claim', error)
        const { results, counts } = await attempt(paces(false, []).paceFor, true)
        return answered(results, counts)
      }
      if (got.kind !== 'claimed') return follow(got)
      const outcome = await lead(got.record, got.isMaybeTaken)
      if (outcome !== undefined) return outcome
      if (claims === mostClaims) throw tryLater()
    }
  }
}

const mostClaims = 3

/** An attempt was made: its answer may have been lost. */
const isTried = (result: RowResult | undefined): boolean =>
  result?.status === 'unprocessed' && result.attempts > 0

const slowDown = (): BatchError =>
  new BatchError(
    'slow_down',
    'The table is busy and more rows wait than it can take in time. Nothing was written; send the batch again.'
  )

const tryLater = (): BatchError =>
  new BatchError('out_of_time', 'The answer of this batch cannot be had now. It is safe to send it again.')
