import type { ExternalFunction } from '../../runtime/external-functions.ts'

/**
 * Calls an external function for many rows: each row is its arguments as JSON text (`null` for SQL NULL), each
 * answer one JSON text, in the same order. It cuts the batches itself.
 */
export type CallExternal = (
  fn: ExternalFunction,
  rows: readonly (readonly string[])[],
  options?: CallOptions
) => Promise<readonly string[]>

export interface CallOptions {
  /** The statement that calls, for the audit: what LAST_QUERY_ID() answers after it. */
  readonly queryId?: string | undefined
  /** Told after each batch how many rows are answered. */
  readonly progress?: ((answered: number, of: number) => void) | undefined
  /** Cancels the call: batches that are not sent stay unsent. */
  readonly signal?: AbortSignal | undefined
}
