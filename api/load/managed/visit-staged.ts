import type { ChunkRecord } from '../../ledger/chunk-record.ts'
import { type JobRecord, jobKey, stagedKey } from '../../ledger/job-record.ts'
import { type RunRecord, runKeptSeconds, runKey } from '../../ledger/run-record.ts'
import type { Engine } from '../../plan/engines.ts'
import { Flaw } from '../../plan/row-result.ts'
import { optionsOfRun } from '../bulk-options.ts'
import type { LoadEnd } from '../load-chunk.ts'
import type { LoadDeps } from '../load-deps.ts'
import { jobMessage } from './advance-job.ts'
import { settleChunkOfJob } from './settle-chunk.ts'
import { noManagedText } from './unlike-workers.ts'

/** A message for a chunk that lies ready: it is settled once the outcome of its job is known. */
export const visitStaged = async (
  deps: LoadDeps,
  { run, chunk }: { readonly run: RunRecord; readonly chunk: ChunkRecord },
  deadline: AbortSignal
): Promise<LoadEnd> => {
  const job = await deps.ledger.get<JobRecord>(jobKey(run.run, chunk.generation))
  if (job?.outcome !== undefined) return settleChunkOfJob(deps, { run, chunk, job }, deadline)
  // Whoever laid it ready may have died before it asked for the job.
  await deps.queue.send(jobMessage(chunk))
  return { kind: 'waiting' }
}

const engineOf = (run: RunRecord): Engine => {
  const options = optionsOfRun(run)
  return options instanceof Flaw ? 'workers' : options.engine
}

const isManagedRun = (run: RunRecord): boolean => engineOf(run) !== 'workers'

/** What is wrong with a run of a managed engine where nobody has such jobs. */
export const withoutJobs = ({ managed }: Pick<LoadDeps, 'managed'>, run: RunRecord): readonly string[] =>
  managed === undefined && isManagedRun(run) ? [noManagedText(engineOf(run))] : []

/** A chunk lies ready, or has failed: when it was the last of the run, the job can begin. Harmless when done again. */
export const askForJob = async (
  { ledger, queue, clock }: Pick<LoadDeps, 'ledger' | 'queue' | 'clock'>,
  run: RunRecord
): Promise<void> => {
  if (!isManagedRun(run)) return
  const expiresAt = Math.floor(clock.now() / 1000) + runKeptSeconds
  const through = await ledger.add(stagedKey(run.run, run.generation), 1, expiresAt)
  const now = await ledger.get<RunRecord>(runKey(run.run))
  // While it is being opened nobody knows how many chunks there are: whoever opens it asks, too.
  if (now?.state === 'running' && through >= now.chunks) await queue.send(jobMessage(run))
}

/** The job of a run that has been opened, or is taken up again: its chunks may all lie ready by now. */
export const askForJobNow = async (
  { queue }: Pick<LoadDeps, 'queue'>,
  run: RunRecord | undefined
): Promise<void> => {
  if (run && isManagedRun(run)) await queue.send(jobMessage(run))
}
