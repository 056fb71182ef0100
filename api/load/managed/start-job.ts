import { timeBox } from '../../runtime/time-box.ts'
import type { JobAnswer, ManagedJobs } from '../../write/managed-jobs.ts'
import type { LoadDeps } from '../load-deps.ts'
import { itemsPrefix, reportPrefix } from '../run-paths.ts'
import { cancelledStep, notBegunText, untoldText } from './cancelled-import.ts'
import { importedTable } from './import-tables.ts'
import { ended, type JobAtHand, type JobStep, unknown } from './job-step.ts'

/** A token stands for one job for 8 hours: asked for later, it could be another one.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StartBulkPutItems.html */
const startWithinMs = 6 * 3_600_000

/** Asks DynamoDB for the job, as often as it takes: equal tokens are one. */
export const startJob = async (
  deps: LoadDeps,
  managed: ManagedJobs,
  { run, job, isWanted }: JobAtHand,
  deadline: AbortSignal
): Promise<JobStep> => {
  // Noted before the first call: its answer may be lost, and the job be at work all the same.
  if (!job.mayRun) return isWanted ? { news: { mayRun: true } } : ended()
  if (!isWanted && job.engine === 'import') return startedAnyway(deps, managed, { run, job }, deadline)
  const answer = await asked(deps, managed, { run, job }, deadline)
  if (answer.kind === 'job')
    return { news: { state: 'running', arn: answer.job.arn }, waitMs: managed.waitMs(0) }
  const { reason } = answer
  if (answer.kind === 'no') return unknown(reason)
  return deps.clock.now() - job.openedMs > startWithinMs
    ? unknown(`the job could not be started within 6 hours: ${reason}`)
    : { news: {}, waitMs: managed.waitMs(job.tries) }
}

/** What could not be told of a cancelled import for so long is not asked for any more. */
const tellWithinMs = 15 * 60_000
/** A call that was under way when the run was cancelled has arrived by then, and DescribeTable has heard of its table. */
const heardAfterMs = 30_000

/**
 * The run of an import was cancelled after a call that may have begun it. It is asked for again only where its table is
 * there: equal tokens are one import, and none begins on a table that exists. Else the call could begin it now.
 */
const startedAnyway = async (
  { writer, clock, imports }: LoadDeps,
  managed: ManagedJobs,
  { run, job }: Pick<JobAtHand, 'run' | 'job'>,
  deadline: AbortSignal
): Promise<JobStep> => {
  const cancelledForMs = clock.now() - (run.endedMs ?? job.openedMs)
  const later: JobStep = { news: {}, waitMs: managed.waitMs(job.tries) }
  const again = (reason: string): JobStep =>
    cancelledForMs > tellWithinMs ? cancelledStep(untoldText(run.table, reason)) : later
  using box = timeBox(clock, lookMs, deadline)
  const made = await writer.schemas.lookAgain(run.table, box.signal)
  if (made.kind === 'unknown') return cancelledForMs > heardAfterMs ? cancelledStep(notBegunText) : later
  if (made.kind === 'unavailable') return again(made.reason)
  const answer = await asked({ imports }, managed, { run, job }, deadline)
  if (answer.kind === 'job')
    return { news: { state: 'running', arn: answer.job.arn }, waitMs: managed.waitMs(0) }
  return answer.kind === 'no' ? cancelledStep(untoldText(run.table, answer.reason)) : again(answer.reason)
}

/** For DescribeTable, which tries again within. */
const lookMs = 10_000

const asked = async (
  { imports }: Pick<LoadDeps, 'imports'>,
  managed: ManagedJobs,
  { run, job }: Pick<JobAtHand, 'run' | 'job'>,
  deadline: AbortSignal
): Promise<JobAnswer> => {
  const { token, maxWcu, generation } = job
  const items = itemsPrefix(run.run, generation)
  if (job.engine === 'bulk_put') {
    const report = reportPrefix(run.run, generation)
    const wanted = { table: run.table, token, items, report, ...(maxWcu === undefined ? {} : { maxWcu }) }
    return managed.startBulkPut(wanted, deadline)
  }
  const table = importedTable(imports, run)
  return table
    ? managed.startImport({ table, token, items }, deadline)
    : { kind: 'no', reason: 'bulk.imports of the deployment does not name the table any more' }
}
