import type { JobRecord } from '../../ledger/job-record.ts'
import { change } from '../../ledger/ledger-store.ts'
import { type RunRecord, runKey } from '../../ledger/run-record.ts'
import type { ManagedJob } from '../../write/managed-jobs.ts'
import type { LoadDeps } from '../load-deps.ts'
import type { JobStep } from './job-step.ts'

// There is no call that ends an import: a run that is cancelled says what becomes of the one that it may have begun.

/** What a cancelled run says until that is known. */
export const cancelledText =
  'an import that has begun cannot be cancelled: DynamoDB goes on with it, and its rows count as unprocessed though the table may hold them in the end'

export const notBegunText = 'the import was not begun: no table was made'

/** The import has ended by itself. */
export const endedText = (
  { state, failed, imported = 0, reason }: ManagedJob,
  { rows }: Pick<JobRecord, 'rows'>
): string => {
  const how = state === 'complete' ? 'ended' : state
  const why = reason === undefined ? '' : ` (${reason})`
  return `the import had begun, cannot be cancelled, and ${how}${why} with ${imported} items of ${rows} in the table, ${failed} errors: delete the table, or redrive with the run's options and engine 'workers'`
}

/** Nobody could tell in time. */
export const untoldText = (table: string, reason: string): string =>
  `the import may be at work, which cannot be cancelled, and what became of it could not be told (${reason}): look for table ${table} under "Imports from S3" in the console of DynamoDB`

/** The end of a job whose run was cancelled. @param told what the run is to say of its import */
export const cancelledStep = (told: string, news: JobStep['news'] = {}): JobStep => ({
  news: { ...news, state: 'ended' },
  told
})

/** The run says what became of its import in the place of what nobody knew when it was cancelled. Harmless when done again. */
export const tellCancelled = (
  { ledger }: Pick<LoadDeps, 'ledger'>,
  { run, generation }: Pick<JobRecord, 'run' | 'generation'>,
  told: string
): Promise<void> =>
  change<RunRecord, void>(ledger, runKey(run), (now) => {
    if (now?.generation !== generation || now.state !== 'failed' || now.errors.includes(told))
      return { answer: undefined }
    const [by = '', ...others] = now.errors.filter((error) => error !== cancelledText)
    return { next: { ...now, errors: [by, told, ...others] }, answer: undefined }
  })
