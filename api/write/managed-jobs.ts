import type { TargetTable } from '../plan/target-table.ts'

/** A job that DynamoDB runs on its own, as it tells of it. */
export interface ManagedJob {
  readonly arn: string
  readonly state: 'running' | 'complete' | 'failed' | 'cancelled'
  /** Items read so far: written ones, and those that were not. */
  readonly processed: number
  /** Items that could not be written. */
  readonly failed: number
  /** Items that are in the table, where it tells: an import does. */
  readonly imported?: number
  /** Bytes that it is billed for, where it tells. */
  readonly bytes?: number
  /** Why it failed, or was cancelled. */
  readonly reason?: string
}

/** What a call on a job came to. */
export type JobAnswer =
  | { readonly kind: 'job'; readonly job: ManagedJob }
  /** It will never be: the reason says what to do. */
  | { readonly kind: 'no'; readonly reason: string }
  /** Worth asking again: nothing is known, or there is no room for it now. */
  | { readonly kind: 'later'; readonly reason: string }

/** A job to start: the same token is the same job, however often it is asked for. */
export interface JobToStart {
  readonly table: string
  readonly token: string
  /** Where in the bucket its items lie: gzipped lines of `{"Item":…}` in DynamoDB's JSON. */
  readonly items: string
  /** Where in the bucket it reports the items that it did not write. */
  readonly report: string
  /** Write units a second that it may spend; 1,024 at the least. */
  readonly maxWcu?: number
}

/** A table to make and to fill by one job: the same token is the same job, however often it is asked for. */
export interface ImportToStart extends Pick<JobToStart, 'token' | 'items'> {
  /** As the table shall be; on demand. */
  readonly table: TargetTable
}

/** Jobs of DynamoDB's own that write a table from the bucket. Never throws: whatever happens is an answer. */
export interface ManagedJobs {
  /** Puts items into a table that exists. */
  startBulkPut(job: JobToStart, signal: AbortSignal): Promise<JobAnswer>
  lookAtBulkPut(table: string, arn: string, signal: AbortSignal): Promise<JobAnswer>
  /** Asks for its end; what it has written stays. */
  cancelBulkPut(table: string, arn: string, signal: AbortSignal): Promise<JobAnswer>
  /** Makes a table that does not exist yet, and puts items into it. */
  startImport(job: ImportToStart, signal: AbortSignal): Promise<JobAnswer>
  /** Nothing ends an import but itself: there is no call that would. */
  lookAtImport(table: string, arn: string, signal: AbortSignal): Promise<JobAnswer>
  /** How long to wait before look number `tries` at a job, counted from 0. */
  waitMs(tries: number): number
}

/** The least rate that StartBulkPutItems takes:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StartBulkPutItems.html */
export const leastBulkPutUnits = 1_024
/**
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BulkPutItems.BestPractices.md and, of an import,
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Validation.html
 */
export const mostJobObjects = 50_000
