import { type ChunkRecord, chunkPrefix } from '../ledger/chunk-record.ts'
import { isJobOpen, type JobRecord, jobKey } from '../ledger/job-record.ts'
import { change } from '../ledger/ledger-store.ts'
import { claimEvent, type EventClaim, eventIsOut } from '../ledger/run-event.ts'
import { endRun, isRunOver, type RunRecord, runKey } from '../ledger/run-record.ts'
import { runAuditLine } from './audit-line.ts'
import type { LoadDeps } from './load-deps.ts'
import { unlistRun } from './open-runs.ts'
import { runAuditKey } from './run-paths.ts'
import { openTally } from './run-status.ts'

/** Who wants to announce a run has so long for it; after that the next one does. */
const announceMs = 10_000
const lookAgainMs = 200

/**
 * Ends a run when all of its chunks have ended, and announces it. Called after every chunk and again for every
 * repeat: one call ends the run, and whoever finds the announcement due makes it.
 *
 * The announcement is made at least once: twice only when the worker dies between making and noting it.
 *
 * @param endedChunks how many ends were reported so far; below the run's number nobody needs to look closer
 */
export const endIfLast = async (
  deps: LoadDeps,
  run: string,
  deadline: AbortSignal,
  endedChunks = Number.POSITIVE_INFINITY
): Promise<void> => {
  const { ledger, clock } = deps
  const record = await ledger.get<RunRecord>(runKey(run))
  if (record === undefined || record.state === 'opening') return
  if (record.state !== 'running' && !record.isEventDue) return
  if (record.state === 'running' && endedChunks < record.chunks) return

  const tally = openTally()
  for await (const chunk of ledger.list<ChunkRecord>(runKey(run).pk, chunkPrefix)) tally.add(chunk)
  // It was cancelled: its counts are final when the last worker has stopped, and then this is called again.
  if (isRunOver(record) && tally.leasedUntilMs() > clock.now()) return
  // So it is with the job of a managed engine, which goes on writing until DynamoDB has ended it.
  const job = await ledger.get<JobRecord>(jobKey(run, record.generation))
  if (isJobOpen(job)) return
  if (record.state === 'running') {
    if (tally.open() > 0) return
    const state = tally.failed() > 0 ? 'failed' : 'complete'
    await change<RunRecord, void>(ledger, runKey(run), (now) => {
      const next =
        now?.generation === record.generation ? endRun(now, state, now.errors, clock.now()) : undefined
      return { ...(next && { next }), answer: undefined }
    })
  }

  const claim = await claimAnnouncement(deps, run, deadline)
  if (claim === undefined || claim.generation !== record.generation) return
  const status = tally.status(claim, clock.now())
  const auditLine = runAuditLine(claim, status, { bytes: tally.bytes(), codes: tally.codes(), job })
  await deps.store.write(runAuditKey(run, claim.generation), auditLine, { signal: deadline })
  await deps.announce(status)
  await change<RunRecord, void>(ledger, runKey(run), (now) => ({
    ...(now?.generation === claim.generation && now.isEventDue && { next: eventIsOut(now) }),
    answer: undefined
  }))
  await unlistRun(ledger, run, clock.now())
  deps.log({ event: 'run_ended', run, state: status.state, rows: status.rows.read, seconds: status.seconds })
}

/** @returns the run as it ended, when it is for us to announce it; waits for whoever else is at it */
const claimAnnouncement = async (
  { ledger, clock }: LoadDeps,
  run: string,
  deadline: AbortSignal
): Promise<RunRecord | undefined> => {
  for (;;) {
    const claim = await change<RunRecord, EventClaim>(ledger, runKey(run), (record) =>
      claimEvent(record, clock.now(), announceMs)
    )
    if (claim.kind !== 'busy') return claim.kind === 'ours' ? claim.run : undefined
    deadline.throwIfAborted()
    await clock.sleep(lookAgainMs, deadline)
  }
}
