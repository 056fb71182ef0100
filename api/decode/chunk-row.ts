import type { JsonValue } from '../json/json-value.ts'

/**
 * One row of a chunk, counted from 0, or the reason why it cannot be read. `text` is the row as it came, for the
 * rejected file only: at most 64 KB, base64 when it is not UTF-8 (`unreadable` says so). Messages hold no contents.
 */
export type ChunkRow =
  | { readonly rowNumber: number; readonly item: JsonValue }
  | { readonly rowNumber: number; readonly unreadable: string; readonly text: string }

/** Rows travel in small arrays, so that a row costs no promise of its own. */
export const rowsPerPage = 500

/** A line or record, cell names and JSON included, may be as long as Snowflake's longest VARCHAR used to be. */
export const maxRowBytes = 16 * 1024 * 1024
