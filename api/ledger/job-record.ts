import { sha256 } from '../runtime/sha256.ts'
import type { LedgerRecord, RecordKey } from './ledger-store.ts'
import { isRunOver, type RunRecord, runKeptSeconds } from './run-record.ts'

/** Engines that write in a job of DynamoDB's own. */
export type ManagedEngine = 'bulk_put' | 'import'

/** What the job came to. `unknown`: which items were written is not known, all of them are to go again. */
export type JobOutcome =
  | { readonly kind: 'written' }
  /** All but so many items, which are listed in the bucket. */
  | { readonly kind: 'some'; readonly failed: number }
  | { readonly kind: 'unknown'; readonly reason: string }

/** The one job of a run's generation. */
export interface JobRecord extends LedgerRecord {
  readonly run: string
  readonly generation: number
  readonly engine: ManagedEngine
  /**
   * `checking`: its objects are looked through; `starting`: it is asked for; `running`: DynamoDB is at it; `reading`:
   * it has ended and its report is read; `ended`: the outcome is known, or the run was cancelled.
   */
  readonly state: 'checking' | 'starting' | 'running' | 'reading' | 'ended'
  /** Equal tokens are one job: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StartBulkPutItems.html */
  readonly token: string
  /** Items that lie ready for it. */
  readonly rows: number
  /** Write units a second that it may spend. */
  readonly maxWcu?: number
  /** A call to start it has gone out: it may be at work. */
  readonly mayRun: boolean
  readonly isCancelled: boolean
  readonly arn?: string
  /** Passes over the keys that are done. */
  readonly passes: number
  /** Counts the looks: a message of an earlier one is a repeat. */
  readonly looks: number
  /** Looks in this state. */
  readonly tries: number
  /** When the next look is due. */
  readonly dueMs: number
  readonly openedMs: number
  readonly lookedMs: number
  /** As the job told them. */
  readonly processed?: number
  readonly failed?: number
  /** Of an import: items that the table holds. */
  readonly imported?: number
  /** That it is billed for, where it told; of an import, those that lie ready for it. */
  readonly bytes?: number
  readonly outcome?: JobOutcome
}

export const jobKey = (run: string, generation: number): RecordKey => ({
  pk: `run#${run}`,
  sk: `job#${generation}`
})
/** How many chunks of a generation lie ready or have failed; at least as many as do. */
export const stagedKey = (run: string, generation: number): RecordKey => ({
  pk: `run#${run}`,
  sk: `staged#${generation}`
})

export const openedJob = (
  { run, generation, openedMs }: RunRecord,
  { engine, rows, bytes }: Pick<JobRecord, 'engine' | 'rows' | 'bytes'>,
  nowMs: number
): JobRecord => ({
  ...jobKey(run, generation),
  rev: 1,
  expires_at: Math.floor(nowMs / 1000) + runKeptSeconds,
  run,
  generation,
  engine,
  state: 'checking',
  // A run of the same name that was forgotten meanwhile is another run: its opening time tells them apart.
  token: sha256(run, String(generation), String(openedMs)).slice(0, 36),
  rows,
  ...(bytes === undefined ? {} : { bytes }),
  mayRun: false,
  isCancelled: false,
  passes: 0,
  looks: 0,
  tries: 0,
  dueMs: nowMs,
  openedMs: nowMs,
  lookedMs: nowMs
})

/** A job that DynamoDB may be at, or that still has to be settled. */
export const isJobOpen = (job: JobRecord | undefined): boolean => job !== undefined && job.state !== 'ended'

/** Somebody who asks again gets a look of his own only when the one that is due never came. */
const lateMs = 90_000

/** @param look the look that a message is for; undefined when somebody asks on his own account */
export const isLookDue = (job: JobRecord, look: number | undefined, nowMs: number): boolean =>
  look === undefined ? job.looks === 0 || nowMs > job.dueMs + lateMs : look === job.looks

/** The job as the next look is to find it. */
export const lookedAt = (
  job: JobRecord,
  news: Partial<JobRecord>,
  { nowMs, waitMs }: { readonly nowMs: number; readonly waitMs: number }
): JobRecord => {
  const next = { ...job, ...news }
  return {
    ...next,
    looks: job.looks + 1,
    tries: next.state === job.state ? job.tries + 1 : 0,
    lookedMs: nowMs,
    dueMs: nowMs + waitMs
  }
}

/** Whether the run is still the one that the job belongs to, and goes on. */
export const isJobWanted = (run: RunRecord | undefined, { generation }: JobRecord): boolean =>
  run !== undefined && run.generation === generation && !isRunOver(run)
