import type { BatchOutcome } from '../batch/batch-outcome.ts'
import { allInRowOrder } from '../batch/batch-outcome.ts'
import { noAnswerNow } from '../decode/batch-error.ts'
import type { BatchClaim } from '../ledger/batch-record.ts'
import type { Clock } from '../runtime/clock.ts'
import { spillMs } from '../runtime/time-budgets.ts'
import { delaySeconds } from '../store/message-queue.ts'
import { noCounts } from '../write/settlement.ts'
import type { ArrivedRows } from './arrived-rows.ts'
import { knownResults } from './known-results.ts'
import type { OnceDeps } from './once-deps.ts'
import { spillMessage } from './spill-batch.ts'
import { packSpilledRows, spilledRowsKey } from './spilled-rows.ts'
import { withTimeouts } from './with-timeouts.ts'

/** Somebody else has the batch, or had it. */
export type OthersClaim = Exclude<BatchClaim, { readonly kind: 'claimed' }>

/**
 * Answers a repeat without writing: with the answer that there is, or accepted. Then its rows are put aside in
 * case that nobody has them any more, and the queue looks after the batch when the lease of whoever has it ends.
 *
 * @throws BatchError `out_of_time` when ledger, bucket or queue fail
 */
export const followBatch = (deps: OnceDeps, clock: Clock) => {
  const { store, queue } = withTimeouts(deps, clock, spillMs)

  const keep = async ({ args: argsOf }: ArrivedRows, hash: string): Promise<void> => {
    const all = argsOf().map((args, rowNumber) => ({ rowNumber, args, isMaybeTaken: true }))
    // Rows that the attempt itself has spilled in the meantime stay: they are fewer, and say more.
    await store.write(spilledRowsKey(hash), packSpilledRows(all), { ifAbsent: true })
  }

  return async (claim: OthersClaim, hash: string, rows: ArrivedRows): Promise<BatchOutcome> => {
    try {
      if (claim.kind === 'answered') {
        const known = await knownResults(store, claim.record)
        return { results: allInRowOrder(rows.count, known), counts: noCounts(), isRepeat: true }
      }
      await keep(rows, hash)
      const waitMs = claim.kind === 'working' ? claim.untilMs - clock.now() : 0
      // The message of a spilled batch may never have left; one more changes nothing.
      await queue.send(spillMessage(hash), delaySeconds(waitMs))
      return { results: undefined, counts: noCounts(), isRepeat: false }
    } catch (error) {
      deps.log({ event: 'ledger_lost', purpose: 'follow', cause: (error as Error).name })
      throw noAnswerNow()
    }
  }
}
