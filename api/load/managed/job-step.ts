import type { JobOutcome, JobRecord } from '../../ledger/job-record.ts'
import type { RunRecord } from '../../ledger/run-record.ts'

/** What a look at a job came to. */
export interface JobStep {
  readonly news: Partial<JobRecord>
  /** How long to wait before the next look; at once without it. */
  readonly waitMs?: number
  /** What a run that was cancelled is to say of its import. */
  readonly told?: string
}

export interface JobAtHand {
  readonly run: RunRecord
  readonly job: JobRecord
  /** False once its run was cancelled. */
  readonly isWanted: boolean
}

/** The outcome is known; without one the run was cancelled. */
export const ended = (outcome?: JobOutcome): JobStep => ({
  news: { state: 'ended', ...(outcome ? { outcome } : {}) }
})
/** Which items are in the table nobody can say. */
export const unknown = (reason: string): JobStep => ended({ kind: 'unknown', reason })
