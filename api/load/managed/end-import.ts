import type { JobRecord } from '../../ledger/job-record.ts'
import type { ManagedJob } from '../../write/managed-jobs.ts'
import { cancelledStep, endedText } from './cancelled-import.ts'
import { ended, type JobStep, unknown } from './job-step.ts'

/** An import tells totals only: either all that lay ready is in the table, or nobody can say what is not. */
export const whenImported = (told: ManagedJob, job: JobRecord, isWanted: boolean): JobStep => {
  const { state, processed, failed, imported = 0, reason } = told
  const { rows } = job
  const end = (step: JobStep): JobStep => ({ ...step, news: { processed, failed, imported, ...step.news } })
  if (!isWanted) return end(cancelledStep(endedText(told, job)))
  if (state === 'complete' && failed === 0 && processed === rows && imported === rows)
    return end(ended({ kind: 'written' }))
  const why = reason === undefined ? '' : ` (${reason})`
  const how = state === 'complete' ? 'ended' : state
  return end(
    unknown(
      `DynamoDB's import ${how}${why} with totals alone: ${imported} items of ${rows} in the table, ${failed} errors. Which they are ` +
        "stands in the log group /aws-dynamodb/imports; redrive with the run's options and engine 'workers', or delete the table first to import again"
    )
  )
}
