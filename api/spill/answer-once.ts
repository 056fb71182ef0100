import type { Attempt, BatchOutcome } from '../batch/batch-outcome.ts'
import { allInRowOrder } from '../batch/batch-outcome.ts'
import { noAnswerNow } from '../decode/batch-error.ts'
import type { BatchHeaders } from '../decode/batch-headers.ts'
import { UnknownForm } from '../json/stored-form.ts'
import type { BatchClaim } from '../ledger/batch-record.ts'
import type { Clock } from '../runtime/clock.ts'
import { sha256 } from '../runtime/sha256.ts'
import { claimMs, leaseMarginMs, ledgerAnswerMs } from '../runtime/time-budgets.ts'
import { within } from '../runtime/within.ts'
import { openPaces, type Paces } from '../write/paces.ts'
import type { ArrivedRows } from './arrived-rows.ts'
import { arrivedOf, claimArrived } from './claim-batch.ts'
import { followBatch } from './follow-batch.ts'
import type { OnceDeps } from './once-deps.ts'
import { type Attempted, settleBatch } from './settle-batch.ts'

/** A batch as it came. */
export interface ArrivedBatch extends ArrivedRows {
  readonly route: string
  readonly headers: BatchHeaders
  /** As UTF-8: with route and batch id it tells one batch from another. */
  readonly body: Uint8Array
}

export type AnswerOnce = (batch: ArrivedBatch, attempt: Attempt) => Promise<BatchOutcome>

/** Never may the claim take all of the time that the rows need. */
const claimShare = 0.5
const mostClaims = 3

/**
 * One effect and one answer a batch, whatever Snowflake repeats. A batch is route, batch id and content.
 *
 * Answered before: the same answer. At work elsewhere: accepted, poll. Not finished in time, or not admitted by
 * the table's meter: the rest goes to the queue, accepted, poll. When the ledger is out of reach the batch is
 * written all the same, since its writes are idempotent; but for rows whose answer says what the table held before
 * (options `if` and `skip_unchanged`): with them it is to come again.
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
  const unmetered = openPaces({ meters: undefined }, clock, deps.log)
  const follow = followBatch(deps, clock)
  const settle = settleBatch(deps, clock, stopping)
  const mostClaimMs = Math.min(claimMs, deadlineMs * claimShare)

  return async ({ route, headers, body, count, args }, attempt) => {
    const untilMs = clock.now() + deadlineMs
    const write = async ({ isMaybeTaken }: { readonly isMaybeTaken: boolean }): Promise<Attempted> => {
      const { paceFor, used } = paces({ isPatient: false, promises: [], untilMs })
      return { ...(await attempt(paceFor, isMaybeTaken ? 'maybe_taken' : 'new')), used }
    }
    /** Nobody goes on with what is left, so it waits for its places until the deadline. */
    const writeNameless = async (): Promise<Attempted> => {
      const { paceFor, used } = paces({ isPatient: true, promises: [], untilMs })
      return { ...(await attempt(paceFor, 'new')), used }
    }
    /** The meters lie in the ledger, too: back-off has to do. */
    const writeUnclaimed = async (isYielding: () => boolean): Promise<Attempted> => {
      const { paceFor, used } = unmetered({ isPatient: false, promises: [], untilMs })
      return { ...(await attempt(yielding(paceFor, isYielding), 'unclaimed')), used }
    }
    const asItStands = ({ results, counts }: Attempted): BatchOutcome => ({
      results: allInRowOrder(count, results),
      counts,
      isRepeat: false
    })
    const { batchId } = headers
    if (batchId === undefined) return asItStands(await writeNameless())

    const hash = sha256(
      route,
      batchId,
      body,
      ...(headers.pushTables === undefined ? [] : [headers.pushTables])
    )
    const arrived = { hash, ...arrivedOf(route, headers, batchId, count) }
    const startClaim = (): Promise<BatchClaim> =>
      claimArrived(deps.ledger, clock, arrived, deadlineMs + leaseMarginMs)
    const lost = (error: unknown): undefined => {
      deps.log({ event: 'ledger_lost', purpose: 'claim', cause: (error as Error).name })
      return unlessUnreadable(error)
    }

    for (let claims = 1; claims <= mostClaims; claims += 1) {
      const claiming = startClaim()
      let claim = await within(clock, mostClaimMs, claiming).catch(lost)
      let attempted: Attempted | undefined
      if (claim === undefined) {
        attempted = await writeUnclaimed(foundWithOthers(claiming))
        if (stopping?.aborted) return asItStands(attempted)
        const isWhole = isSettled(attempted, count)
        claim = await lateClaim(clock, claiming, isWhole ? undefined : startClaim)
        if (claim === undefined) {
          if (attempted.results.size < count) throw noAnswerNow()
          return asItStands(attempted)
        }
      }
      if (claim.kind !== 'claimed') return follow(claim, hash, { count, args })
      const { isMaybeTaken } = claim
      attempted ??= await write({ isMaybeTaken })
      const outcome = await settle(claim, hash, { count, args }, attempted)
      if (outcome !== undefined) return outcome
    }
    throw noAnswerNow()
  }
}

/** Whether a claim that is still awaited turns out to be somebody else's, or cannot be read. */
const foundWithOthers = (claiming: Promise<BatchClaim>): (() => boolean) => {
  // Two who write at once would see each other's rows as somebody else's.
  let isOthers = false
  claiming.then(
    ({ kind }) => {
      isOthers = kind !== 'claimed'
    },
    (error) => {
      isOthers = error instanceof UnknownForm
    }
  )
  return () => isOthers
}

/**
 * The claim that was not there before the rows were written. Only with one can somebody go on with what is left.
 *
 * @param again claims anew where the first claim has failed; not told when nothing is left
 */
const lateClaim = (
  clock: Clock,
  claiming: Promise<BatchClaim>,
  again: (() => Promise<BatchClaim>) | undefined
): Promise<BatchClaim | undefined> => {
  const late = again
    ? claiming.catch((error) => (error instanceof UnknownForm ? claiming : again()))
    : claiming
  return within(clock, again ? ledgerAnswerMs : 0, late).catch(unlessUnreadable)
}

/**
 * Without the ledger a batch is written all the same; not so when the ledger has a record of it that this version
 * cannot read: it may be the answer to rows that are written already.
 */
const unlessUnreadable = (error: unknown): undefined => {
  if (error instanceof UnknownForm) throw noAnswerNow()
  return undefined
}

const isSettled = ({ results }: Attempted, rows: number): boolean =>
  results.size === rows && [...results.values()].every(({ status }) => status !== 'unprocessed')

/** Makes no more calls once somebody else is found to write the batch; promises nothing, for no meter was asked. */
const yielding =
  (paceFor: ReturnType<Paces>['paceFor'], isYielding: () => boolean): ReturnType<Paces>['paceFor'] =>
  (table, budget) => {
    const pace = paceFor(table, budget)
    return {
      ...pace,
      enter: async (...asked) => (isYielding() ? undefined : pace.enter(...asked)),
      promise: async () => 'refused'
    }
  }
