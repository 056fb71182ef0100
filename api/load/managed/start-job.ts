import type { RunRecord } from '../../ledger/run-record.ts'
import type { JobAnswer, ManagedJobs } from '../../write/managed-jobs.ts'
import type { LoadDeps } from '../load-deps.ts'
import { itemsPrefix, reportPrefix } from '../run-paths.ts'
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
  if (!isWanted && job.engine === 'import' && (await isUnmade(deps, run, deadline))) return ended()
  const answer = await asked(deps, managed, { run, job }, deadline)
  if (answer.kind === 'job')
    return { news: { state: 'running', arn: answer.job.arn }, waitMs: managed.waitMs(0) }
  const { reason } = answer
  if (answer.kind === 'no') return unknown(reason)
  return deps.clock.now() - job.openedMs > startWithinMs
    ? unknown(`the job could not be started within 6 hours: ${reason}`)
    : { news: {}, waitMs: managed.waitMs(job.tries) }
}

/** An import cannot be ended: one that is not wanted any more is not asked for again, unless it may have begun. */
const isUnmade = async (
  { writer }: LoadDeps,
  { table }: RunRecord,
  deadline: AbortSignal
): Promise<boolean> => (await writer.schemas.lookAgain(table, deadline)).kind === 'unknown'

const asked = async (
  { imports }: LoadDeps,
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
  const table = imports?.get(run.table)
  return table
    ? managed.startImport({ table, token, items }, deadline)
    : { kind: 'no', reason: 'bulk.imports of the deployment does not name the table any more' }
}
