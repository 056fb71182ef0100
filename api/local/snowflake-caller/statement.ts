import type { ExternalFunction } from '../../runtime/external-functions.ts'
import type { Clock } from './clock.ts'
import type { Flow } from './flow.ts'
import type { Send } from './send.ts'

/** One exchange over the wire, told as it ends: an attempt at a batch, or a poll for it. */
export interface BatchEvent {
  readonly batchId: string
  /** HTTP status; 0 when no whole answer came back. */
  readonly status: number
  /** Counts the batch's exchanges from 1, polls included. */
  readonly attempt: number
  readonly rows: number
  readonly ms: number
}

/** One batch of a statement: its rows' arguments as JSON texts. */
export interface StatementBatch {
  readonly id: string
  readonly rows: readonly (readonly string[])[]
}

/** What the batches of one SQL statement's call of one function share. */
export interface Statement {
  readonly fn: ExternalFunction
  readonly url: string
  readonly compression: 'gzip' | 'none'
  readonly headersOf: (batchId: string) => Readonly<Record<string, string>>
  readonly send: Send
  readonly flow: Flow
  readonly clock: Clock
  readonly retryBudgetMs: number
  readonly pollBudgetMs: number
  /** Aborts when the statement is cancelled. */
  readonly signal: AbortSignal
  /** Whether a batch has failed: then nothing more is sent, only what is on its way comes to its end. */
  readonly hasFailed: () => boolean
  readonly onBatch?: ((event: BatchEvent) => void) | undefined
}
