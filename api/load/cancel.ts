import { queueMessage } from '../decode/queue-message.ts'
import { isJobOpen, type JobRecord, jobKey } from '../ledger/job-record.ts'
import { change } from '../ledger/ledger-store.ts'
import { cancelRun, type RunRecord, runKey } from '../ledger/run-record.ts'
import type { LoadDeps } from './load-deps.ts'
import { cancelledText } from './managed/cancelled-import.ts'

/**
 * Cancels a run: from now on it is `failed`, and workers stop at their next checkpoint. The loader announces its end when
 * the last of them has stopped. Of a run that has ended, or that nobody knows, nothing changes: harmless when done again.
 *
 * @param by the user who asked for it
 * @throws what ledger or queue throw when they are out of reach
 */
export const requestCancel = async (
  { ledger, queue, clock }: Pick<LoadDeps, 'ledger' | 'queue' | 'clock'>,
  run: string,
  by: string
): Promise<void> => {
  const now = await ledger.get<RunRecord>(runKey(run))
  const job = now && (await ledger.get<JobRecord>(jobKey(run, now.generation)))
  const notes = isJobOpen(job) && job?.engine === 'import' && job.mayRun ? [cancelledText] : []
  const isDue = await change<RunRecord, boolean>(ledger, runKey(run), (record) => {
    const next = record && cancelRun(record, { by, notes }, clock.now())
    // A repeat sends the message again: the first call may have died before it did.
    return { ...(next && { next }), answer: next?.isEventDue ?? record?.isEventDue ?? false }
  })
  if (isDue) await queue.send(queueMessage({ kind: 'redrive', run }))
}
