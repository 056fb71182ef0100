import { queueMessage } from '../decode/queue-message.ts'
import { type ChunkRecord, chunkPrefix } from '../ledger/chunk-record.ts'
import { isJobOpen, type JobRecord, jobKey } from '../ledger/job-record.ts'
import { type RunRecord, runKey } from '../ledger/run-record.ts'
import { leaseMs } from '../runtime/time-budgets.ts'
import { endIfLast } from './end-run.ts'
import type { LoadDeps } from './load-deps.ts'
import { listedRuns, unlistRun } from './open-runs.ts'

/** Messages that are only late come within it. */
const standsAfterMs = 900_000
/** A message that waited longer has others before it, among them, perhaps, those of the runs. */
const busyQueueMs = 60_000
/** From here on a person is to look. */
const tooLongMs = 2 * 3_600_000

/**
 * Looks at every open run. One that shows no life is named in the log; when the queue is not what it waits for, its
 * messages are lost, and go out again.
 *
 * @param waitedMs how long the message that asks for this has waited in the queue
 */
export const lookAfterRuns = async (
  deps: LoadDeps,
  waitedMs: number,
  deadline: AbortSignal
): Promise<void> => {
  const { ledger, queue, clock, log } = deps
  for await (const run of listedRuns(ledger)) {
    deadline.throwIfAborted()
    const record = await ledger.get<RunRecord>(runKey(run))
    if (record === undefined || isOver(record)) {
      await unlistRun(ledger, run, clock.now())
      continue
    }
    const stoodMs = clock.now() - (await lastLifeMs(deps, record))
    if (stoodMs < standsAfterMs) continue
    const seconds = Math.round(stoodMs / 1000)
    log({ event: 'run_stands', run, state: record.state, seconds, isTooLong: stoodMs >= tooLongMs })
    if (waitedMs > busyQueueMs) continue
    const job = await ledger.get<JobRecord>(jobKey(run, record.generation))
    if (record.state === 'opening' || record.state === 'running' || isJobOpen(job))
      await queue.send(queueMessage({ kind: 'redrive', run }))
    else await endIfLast(deps, run, deadline)
  }
}

const isOver = ({ state, isEventDue }: RunRecord): boolean =>
  (state === 'complete' || state === 'failed') && !isEventDue

/** When the run, or any chunk of it, last changed hands. */
const lastLifeMs = async ({ ledger }: LoadDeps, run: RunRecord): Promise<number> => {
  const job = await ledger.get<JobRecord>(jobKey(run.run, run.generation))
  let last = Math.max(run.openedMs, run.endedMs ?? 0, job?.lookedMs ?? 0)
  for await (const chunk of ledger.list<ChunkRecord>(runKey(run.run).pk, chunkPrefix))
    last = Math.max(last, chunk.startedMs ?? 0, chunk.endedMs ?? 0, chunk.leaseUntilMs - leaseMs)
  return last
}
