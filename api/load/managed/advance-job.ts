import { queueMessage } from '../../decode/queue-message.ts'
import {
  isJobWanted,
  isLookDue,
  type JobRecord,
  jobKey,
  lookedAt,
  openedJob
} from '../../ledger/job-record.ts'
import { change } from '../../ledger/ledger-store.ts'
import { type RunRecord, runKey } from '../../ledger/run-record.ts'
import { Flaw } from '../../plan/row-result.ts'
import { delaySeconds } from '../../store/message-queue.ts'
import { optionsOfRun } from '../bulk-options.ts'
import { chunkMessage } from '../chunk-message.ts'
import { endIfLast } from '../end-run.ts'
import type { LoadDeps } from '../load-deps.ts'
import { tellCancelled } from './cancelled-import.ts'
import { stagedChunks, stagedRows } from './job-input.ts'
import type { JobStep } from './job-step.ts'
import { nextStep } from './job-steps.ts'

/** The message that has the job of a run's generation looked at. */
export const jobMessage = (
  { run, generation }: Pick<JobRecord, 'run' | 'generation'>,
  look?: number
): string => queueMessage({ kind: 'job', run, generation, ...(look === undefined ? {} : { look }) })

/** Which look a message asks for. */
export interface JobLook {
  readonly run: string
  readonly generation: number
  readonly look?: number | undefined
  /** The message comes again: whoever had it before may have died between two looks. */
  readonly isAgain: boolean
}

/**
 * Takes the job of a run's generation as far as it goes now: opens it once all chunks lie ready, starts it, looks at it,
 * reads its report. What it has to wait for is waited for in the queue: the next look is a message of its own. Harmless when
 * done again, also at the same time: equal tokens are one job, and a look that is over is known by its number.
 */
export const advanceJob = async (
  deps: LoadDeps,
  { run: name, generation, look, isAgain }: JobLook,
  deadline: AbortSignal
): Promise<void> => {
  const { ledger, clock } = deps
  const run = await ledger.get<RunRecord>(runKey(name))
  if (run === undefined || run.generation < generation) return
  let job = (await ledger.get<JobRecord>(jobKey(name, generation))) ?? (await openJob(deps, run, generation))
  if (job === undefined) return
  if (job.state === 'ended') return settleAll(deps, job, deadline)
  if (!isAgain && !isLookDue(job, look, clock.now())) return
  for (;;) {
    const isWanted = isJobWanted(await ledger.get<RunRecord>(runKey(name)), job)
    const step: JobStep = await nextStep(deps, { run, job, isWanted }, deadline)
    const waitMs = deadline.aborted ? (step.waitMs ?? 0) : step.waitMs
    // While its job is open nobody announces a run: whoever hears of its end reads this, too.
    if (step.told !== undefined) await tellCancelled(deps, job, step.told)
    // Sent before it is noted: should this worker die in between, both looks are the same one.
    if (waitMs !== undefined && step.news.state !== 'ended')
      await deps.queue.send(jobMessage(job, job.looks + 1), delaySeconds(waitMs))
    const noted = await note(deps, job, lookedAt(job, step.news, { nowMs: clock.now(), waitMs: waitMs ?? 0 }))
    if (noted === undefined) return
    job = noted
    deps.log({ event: 'job_looked_at', run: name, generation, state: job.state, look: job.looks })
    if (job.state === 'ended') return settleAll(deps, job, deadline)
    if (waitMs !== undefined) return
  }
}

/** @returns the job as noted; undefined when somebody else had looked meanwhile */
const note = ({ ledger }: LoadDeps, before: JobRecord, next: JobRecord): Promise<JobRecord | undefined> =>
  change<JobRecord, JobRecord | undefined>(ledger, before, (now) =>
    now?.looks === before.looks ? { next, answer: { ...next, rev: now.rev + 1 } } : { answer: undefined }
  )

/** Opened by whoever finds all chunks ready first. @returns undefined while some are not */
const openJob = async (
  deps: LoadDeps,
  run: RunRecord,
  generation: number
): Promise<JobRecord | undefined> => {
  if (run.state !== 'running' || run.generation !== generation) return undefined
  const options = optionsOfRun(run)
  if (options instanceof Flaw || options.engine === 'workers') return undefined
  const laid = await stagedRows(deps, run)
  if (laid === undefined) return undefined
  const { engine } = options
  // What an import is billed for is what it reads; a bulk put tells.
  const bytes = engine === 'import' ? { bytes: laid.bytes } : {}
  const job = openedJob(run, { engine, rows: laid.rows, ...bytes }, deps.clock.now())
  return (await deps.ledger.put(job, undefined)) ? job : deps.ledger.get<JobRecord>(job)
}

/** The outcome is known: each chunk is settled by a visit of its own. */
const settleAll = async (deps: LoadDeps, job: JobRecord, deadline: AbortSignal): Promise<void> => {
  if (job.outcome !== undefined)
    for await (const chunk of stagedChunks(deps, job)) await deps.queue.send(chunkMessage(chunk))
  await endIfLast(deps, job.run, deadline)
}
