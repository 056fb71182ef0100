import type { ExternalFunction } from '../../runtime/external-functions.ts'
import type { StatementOptions } from '../snowflake-caller/snowflake-caller.ts'

/**
 * Calls an external function for many rows: each row is its arguments as JSON text (`null` for SQL NULL), each
 * answer one JSON text, in the same order. It cuts the batches itself.
 */
export type CallExternal = (
  fn: ExternalFunction,
  rows: readonly (readonly string[])[],
  options?: StatementOptions
) => Promise<readonly string[]>
