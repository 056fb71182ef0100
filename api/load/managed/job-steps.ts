import type { JobRecord } from '../../ledger/job-record.ts'
import type { RunRecord } from '../../ledger/run-record.ts'
import { Flaw } from '../../plan/row-result.ts'
import type { JobAnswer, ManagedJob, ManagedJobs } from '../../write/managed-jobs.ts'
import { optionsOfRun } from '../bulk-options.ts'
import type { LoadDeps } from '../load-deps.ts'
import { reportPrefix } from '../run-paths.ts'
import { cancelledStep, untoldText } from './cancelled-import.ts'
import { whenImported } from './end-import.ts'
import { keepFailedItems, mostFailedItems } from './failed-items.ts'
import { checkKeys, clearInput, stagedChunks } from './job-input.ts'
import { type ReportedFlaw, readReport } from './job-report.ts'
import { ended, type JobAtHand, type JobStep, unknown } from './job-step.ts'
import { keysOfChunk } from './staged-keys.ts'
import { startJob } from './start-job.ts'
import { jobRate, noManagedText } from './unlike-workers.ts'

/** A job that has not ended by then is not waited for. */
const endWithinMs = 7 * 86_400_000
/** A report may come after the end that it belongs to. */
const mostReads = 8
const schemaMs = 10_000

/** One step of a job, by its state. */
export const nextStep = (
  deps: LoadDeps,
  at: JobAtHand,
  deadline: AbortSignal
): Promise<JobStep> | JobStep => {
  const { managed } = deps
  if (managed === undefined) return unknown(noManagedText(at.job.engine))
  switch (at.job.state) {
    case 'checking':
      return check(deps, at, deadline)
    case 'starting':
      return startJob(deps, managed, at, deadline)
    case 'running':
      return look(deps, managed, at, deadline)
    case 'reading':
      return read(deps, managed, at, deadline)
    case 'ended':
      return { news: {} }
    default:
      return at.job.state satisfies never
  }
}

const check = async (
  deps: LoadDeps,
  { run, job, isWanted }: JobAtHand,
  deadline: AbortSignal
): Promise<JobStep> => {
  if (!isWanted) return ended()
  if (job.rows === 0) return ended({ kind: 'written' })
  const error = await clearInput(deps, job, deadline)
  if (error !== undefined) return unknown(error)
  const checked = await checkKeys(deps, job, deadline)
  if (checked.error !== undefined) return unknown(checked.error)
  if (!checked.isDone) return { news: { passes: checked.passes }, waitMs: 0 }
  const maxWcu = await rateOf(deps, run)
  return { news: { state: 'starting', passes: checked.passes, ...(maxWcu === undefined ? {} : { maxWcu }) } }
}

const rateOf = async ({ writer, clock }: LoadDeps, run: RunRecord): Promise<number | undefined> => {
  const options = optionsOfRun(run)
  if (options instanceof Flaw) return undefined
  return jobRate(options.rows, await writer.schemas.find(run.table, clock.deadline(schemaMs)))
}

const look = async (
  { clock }: LoadDeps,
  managed: ManagedJobs,
  { run, job, isWanted }: JobAtHand,
  deadline: AbortSignal
): Promise<JobStep> => {
  const arn = job.arn ?? ''
  const isImport = job.engine === 'import'
  if (!isWanted && !job.isCancelled && !isImport) {
    const { kind } = await managed.cancelBulkPut(run.table, arn, deadline)
    // A job that has ended cannot be cancelled: the look tells.
    if (kind !== 'later') return { news: { isCancelled: true } }
  }
  const lookAt = isImport ? managed.lookAtImport : managed.lookAtBulkPut
  const answer: JobAnswer = await lookAt(run.table, arn, deadline)
  const lost = (reason: string): JobStep =>
    isImport && !isWanted ? cancelledStep(untoldText(run.table, reason)) : unknown(reason)
  if (answer.kind === 'no') return lost(answer.reason)
  if (answer.kind === 'job' && answer.job.state !== 'running')
    return isImport ? whenImported(answer.job, job, isWanted) : whenOver(answer.job, isWanted)
  return clock.now() - job.openedMs > endWithinMs
    ? lost('the job has not ended within 7 days: look at it in the console, then redrive')
    : { news: {}, waitMs: managed.waitMs(job.tries) }
}

const whenOver = ({ state, processed, failed, bytes, reason }: ManagedJob, isWanted: boolean): JobStep => {
  const told = { processed, failed, ...(bytes === undefined ? {} : { bytes }) }
  if (!isWanted) return { news: { ...told, state: 'ended' } }
  if (state === 'complete') return { news: { ...told, state: 'reading' } }
  const why = reason === undefined ? '' : `: ${reason}`
  return {
    news: {
      ...told,
      ...unknown(`DynamoDB's job ${state === 'failed' ? 'failed' : 'was cancelled'}${why}; redrive`).news
    }
  }
}

const read = async (
  deps: LoadDeps,
  managed: ManagedJobs,
  { run, job }: JobAtHand,
  deadline: AbortSignal
): Promise<JobStep> => {
  const { processed = 0, failed = 0, rows, generation } = job
  if (processed !== rows)
    return unknown(`DynamoDB's job tells of ${processed} items, ${rows} lay ready for it: redrive`)
  if (failed === 0) return ended({ kind: 'written' })
  if (failed > mostFailedItems)
    return unknown(
      `DynamoDB's job could not write ${failed} items of ${rows}: redrive with engine 'workers', which tells why`
    )
  const found = await deps.writer.schemas.find(run.table, deadline)
  const prefix = reportPrefix(run.run, generation)
  const reported =
    found.kind === 'table'
      ? await readReport(deps.store, { prefix, table: found.table, most: mostFailedItems }, deadline)
      : new Map<bigint, ReportedFlaw>()
  const known = await ofThisRun(deps, job, reported, deadline)
  if (known === failed && reported.size === failed) {
    await keepFailedItems(deps.store, job, reported, deadline)
    return ended({ kind: 'some', failed })
  }
  return job.tries >= mostReads
    ? unknown(
        `DynamoDB's job could not write ${failed} items, and its report names ${known} of them: redrive`
      )
    : { news: {}, waitMs: managed.waitMs(job.tries) }
}

/** How many of the reported items lay ready in this run. */
const ofThisRun = async (
  deps: LoadDeps,
  job: JobRecord,
  reported: ReadonlyMap<bigint, unknown>,
  deadline: AbortSignal
): Promise<number> => {
  let known = 0
  if (reported.size === 0) return known
  for await (const chunk of stagedChunks(deps, job))
    for await (const keys of keysOfChunk(deps.store, chunk, deadline))
      for (let n = 0; n < keys.length; n += 2) known += reported.has(keys[n] as bigint) ? 1 : 0
  return known
}
