import type { ExternalFunction } from '../../runtime/external-functions.ts'

/**
 * Calls an external function for many rows: each row is its arguments as JSON text (`null` for SQL NULL), each
 * answer one JSON text, in the same order. It cuts the batches itself. The signal
 * cancels the call: batches that are not sent stay unsent.
 */
export type CallExternal = (
  fn: ExternalFunction,
  rows: readonly (readonly string[])[],
  progress?: (answered: number, of: number) => void,
  signal?: AbortSignal
) => Promise<readonly string[]>
