import { randomUUID } from 'node:crypto'
import type { RowArguments } from '../decode/batch.ts'
import { BatchError } from '../decode/batch-error.ts'
import type { BatchHeaders } from '../decode/batch-headers.ts'
import {
  answerBatch,
  type BatchClaim,
  type BatchRecord,
  batchKeptSeconds,
  batchKey,
  claimBatch,
  type LatestRecord,
  latestKey,
  releaseBatch
} from '../ledger/batch-record.ts'
import { change } from '../ledger/ledger-store.ts'
import type { RowResult } from '../plan/row-result.ts'
import { type Attempt, type BatchOutcome, inRowOrder } from '../receive/receive-batch.ts'
import { sha256 } from '../runtime/sha256.ts'
import type { Clock } from '../write/clock.ts'
import { noCounts } from '../write/settlement.ts'
import { keepResults, knownResults } from './known-results.ts'
import type { OnceDeps } from './once-deps.ts'
import { openPaces } from './paces.ts'
import { parkBatch, spillRest } from './spill-batch.ts'

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

  return async (route, headers, body, rows, attempt) => {
    const { batchId } = headers
    const accepted: BatchOutcome = { results: undefined, counts: noCounts(), isRepeat: false }
    const { paceFor, used } = paces(false, 0)
    if (batchId === undefined) {
      const { results, counts } = await attempt(paceFor, false)
      return { results: inRowOrder(rows, results), counts, isRepeat: false }
    }

    const hash = sha256(route, batchId, body)
    let claim: BatchClaim
    try {
      claim = await claimFor(
        deps,
        clock,
        hash,
        route,
        headers,
        batchId,
        rows.length,
        deadlineMs + leaseMarginMs
      )
    } catch (error) {
      lost('claim', error)
      const { results, counts } = await attempt(paceFor, true)
      return { results: inRowOrder(rows, results), counts, isRepeat: false }
    }

    if (claim.kind === 'answered') {
      const results = await knownResults(deps.store, claim.record)
      return { results: inRowOrder(rows, results), counts: noCounts(), isRepeat: true }
    }
    if (claim.kind === 'spilled') return accepted
    if (claim.kind === 'working') {
      try {
        await parkBatch(deps, hash, rows, claim.untilMs, clock.now())
        return accepted
      } catch (error) {
        lost('park', error)
        throw slowDown()
      }
    }

    const held = (await deps.ledger.get<BatchRecord>(batchKey(hash)).catch(() => undefined)) ?? claim.record
    const put = (next: BatchRecord): Promise<boolean> =>
      deps.ledger.put({ ...next, rev: held.rev + 1 }, held.rev)
    const { results, counts } = await attempt(paceFor, claim.isMaybeTaken)
    const settled = new Map<number, RowResult>()
    for (const [rowNumber, result] of results)
      if (result.status !== 'unprocessed') settled.set(rowNumber, result)

    if (settled.size < rows.length && counts.denied === undefined && !stopping?.aborted) {
      const [sentAway] = [...used].filter(([, pace]) => pace.verdict() !== undefined)
      if (settled.size === 0 && sentAway?.[1].verdict() === 'refused') {
        await put(releaseBatch(held)).catch((error) => lost('release', error))
        throw slowDown()
      }
      try {
        const [table, pace] = sentAway ?? [...used][0] ?? [undefined, undefined]
        const mark = await pace?.promise(rows.length - settled.size)
        const isMaybeTaken = (rowNumber: number): boolean =>
          claim.isMaybeTaken || wasTried(results.get(rowNumber))
        await spillRest(deps, hash, held, rows, settled, isMaybeTaken, { table, mark })
        return { ...accepted, counts }
      } catch (error) {
        lost('spill', error)
      }
    }
    try {
      await put(answerBatch(held, await keepResults(deps.store, hash, results, held)))
    } catch (error) {
      lost('answer', error)
    }
    return { results: inRowOrder(rows, results), counts, isRepeat: false }
  }
}

const claimFor = async (
  { ledger }: OnceDeps,
  clock: Clock,
  hash: string,
  route: string,
  { queryId, pushTables }: BatchHeaders,
  batchId: string,
  rows: number,
  leaseMs: number
): Promise<BatchClaim> => {
  const owner = randomUUID()
  const arrived = { route, rows, pushTables, queryId, batchId }
  const latest: LatestRecord = {
    ...latestKey(route, batchId),
    rev: 0,
    expires_at: Math.floor(clock.now() / 1000) + batchKeptSeconds,
    hash
  }
  const [claim] = await Promise.all([
    change<BatchRecord, BatchClaim>(ledger, batchKey(hash), (record) =>
      claimBatch(record, hash, arrived, owner, clock.now(), leaseMs)
    ),
    change<LatestRecord, void>(ledger, latest, (known) =>
      known?.hash === hash ? { answer: undefined } : { next: latest, answer: undefined }
    )
  ])
  return claim
}

/** An attempt was made: its answer may have been lost. */
const wasTried = (result: RowResult | undefined): boolean =>
  result?.status === 'unprocessed' && result.attempts > 0

const slowDown = (): BatchError =>
  new BatchError(
    'slow_down',
    'The table is busy and more rows wait than it can take in time. Nothing was written; send the batch again.'
  )
