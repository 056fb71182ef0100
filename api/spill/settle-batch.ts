import type { BatchOutcome } from '../batch/batch-outcome.ts'
import { allInRowOrder } from '../batch/batch-outcome.ts'
import { BatchError } from '../decode/batch-error.ts'
import { answerBatch, type BatchClaim, releaseBatch } from '../ledger/batch-record.ts'
import { leasedRecord } from '../ledger/leased-record.ts'
import type { RowResult } from '../plan/row-result.ts'
import type { Clock } from '../runtime/clock.ts'
import { ledgerAnswerMs, spillMs } from '../runtime/time-budgets.ts'
import { within } from '../runtime/within.ts'
import type { MeterPace } from '../write/meter-pace.ts'
import type { WriteCounts } from '../write/settlement.ts'
import type { ArrivedRows } from './arrived-rows.ts'
import { keepResults } from './known-results.ts'
import type { OnceDeps } from './once-deps.ts'
import { promisesOf } from './promises-of.ts'
import { spillRest } from './spill-batch.ts'
import type { SpilledRow } from './spilled-rows.ts'

export type OwnClaim = Extract<BatchClaim, { readonly kind: 'claimed' }>

/** What an attempt came to, and the meters that it used. */
export interface Attempted {
  readonly results: ReadonlyMap<number, RowResult>
  readonly counts: WriteCounts
  readonly used: ReadonlyMap<string, MeterPace>
}

/**
 * Ends an attempt at a batch that is ours: stores its answer before it is given, or hands the rest over, or gives
 * the batch back.
 *
 * @returns undefined when it was taken over meanwhile, and nothing of it is for us to say
 * @throws BatchError `slow_down` when the meter has no place for it
 */
export const settleBatch = (deps: OnceDeps, clock: Clock, stopping?: AbortSignal) => {
  const lost = (purpose: string, error: unknown): void =>
    deps.log({ event: 'ledger_lost', purpose, cause: (error as Error).name })

  return async (
    { record, isMaybeTaken }: OwnClaim,
    hash: string,
    { count, args }: ArrivedRows,
    { results, counts, used }: Attempted
  ): Promise<BatchOutcome | undefined> => {
    const held = leasedRecord(deps.ledger, clock, record)
    const settled = new Map([...results].filter(([, { status }]) => status !== 'unprocessed'))

    if (settled.size < count && counts.denied === undefined && !stopping?.aborted) {
      const sendBack = async (): Promise<never> => {
        const released = within(clock, ledgerAnswerMs, held.write(releaseBatch))
        await released.catch((error) => lost('release', error))
        throw slowDown()
      }
      if (isSentBack(used)) await sendBack()
      // Somebody else may have it then, whose objects in the bucket must not be replaced.
      if (held.isOver()) return undefined
      const wasTried = (rowNumber: number): boolean => isMaybeTaken || isTried(results.get(rowNumber))
      const handOverUntilMs = clock.now() + spillMs
      const promises = await promisesOf(used)
      if (promises !== undefined)
        try {
          const rest = restOf(args(), settled, wasTried)
          const isSpilled = await within(
            clock,
            handOverUntilMs - clock.now(),
            spillRest(deps, hash, held, { rest, settled, promises })
          )
          return isSpilled ? { results: undefined, counts, isRepeat: false } : undefined
        } catch (error) {
          lost('spill', error)
        }
      else if (settled.size === 0 && !isAnyTried(count, wasTried)) await sendBack()
    }
    if (held.isOver()) return undefined
    const answer = async () => {
      const known = await keepResults(deps.store, hash, results, record)
      return held.write((now) => answerBatch(now, known))
    }
    try {
      if ((await within(clock, ledgerAnswerMs, answer())) === undefined) return undefined
    } catch (error) {
      lost('answer', error)
    }
    return { results: allInRowOrder(count, results), counts, isRepeat: false }
  }
}

/** The rows that have no answer, each with what is known of it. */
const restOf = (
  rows: ReturnType<ArrivedRows['args']>,
  settled: ReadonlyMap<number, RowResult>,
  isMaybeTaken: (rowNumber: number) => boolean
): SpilledRow[] =>
  [...rows.entries()]
    .filter(([rowNumber]) => !settled.has(rowNumber))
    .map(([rowNumber, args]) => ({ rowNumber, args, isMaybeTaken: isMaybeTaken(rowNumber) }))

const isAnyTried = (count: number, wasTried: (rowNumber: number) => boolean): boolean => {
  for (let rowNumber = 0; rowNumber < count; rowNumber += 1) if (wasTried(rowNumber)) return true
  return false
}

/** No table that it names has a place for it. */
const isSentBack = (used: ReadonlyMap<string, MeterPace>): boolean =>
  used.size > 0 && [...used.values()].every((pace) => pace.verdict() === 'refused')

/** An attempt was made: its answer may have been lost. */
const isTried = (result: RowResult | undefined): boolean =>
  result?.status === 'unprocessed' && result.attempts > 0

const slowDown = (): BatchError =>
  new BatchError(
    'slow_down',
    'The table is busy and more rows wait than it can take in time. Nothing was written; send the batch again.'
  )
