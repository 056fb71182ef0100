import type { Statement } from '../worksheet/read-script.ts'

/** A task: one statement, run on a schedule or when a condition holds. */
export interface Task {
  readonly name: string
  readonly createdAt: Date
  readonly options: Readonly<Record<string, string>>
  /** The text of WHEN, or nothing. */
  readonly condition: string | undefined
  readonly statement: Statement
  isStarted: boolean
  suspendedBecause: 'USER_SUSPENDED' | 'SUSPENDED_DUE_TO_ERRORS' | null
  /** From when the next interval counts: the last run, or when it was resumed. */
  countsFrom: Date
  failures: number
}

/** What became of one run, as TASK_HISTORY would tell. */
export interface TaskRun {
  readonly name: string
  readonly startedAt: Date
  readonly state: 'SUCCEEDED' | 'FAILED' | 'SKIPPED' | 'CANCELLED'
  readonly message: string | null
  /** What its statement answered, as JSON text of the first cell. */
  readonly answer: string | null
}
