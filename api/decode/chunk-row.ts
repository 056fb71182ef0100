import { JsonCells } from '../json/json-cells.ts'
import { JsonSpan } from '../json/json-span.ts'
import { JsonObject, type JsonValue } from '../json/json-value.ts'
import { tooLongText } from '../json/long-text.ts'
import { keptText } from './kept-text.ts'

/** A row of a chunk, counted from 0: its value, or its JSON or its cells as they came; or the reason why it cannot be read. */
export type ChunkRow =
  | {
      readonly rowNumber: number
      readonly item: JsonValue | JsonSpan | JsonCells
      /** What the chunk's `LineTaker` made of it. */
      readonly taken?: object
    }
  | UnreadableRow

export interface UnreadableRow {
  readonly rowNumber: number
  /** Says nothing of the contents. */
  readonly unreadable: string
  /** The row as it came, for the rejected file only: at most 64 KB, base64 when it is not UTF-8 (`unreadable` says so). */
  readonly text: string
  /** The row is too long to be read: its place in the unpacked chunk, in bytes, and `text` is its beginning. */
  readonly range?: readonly [start: number, end: number]
}

/** Rows travel in small arrays, so that a row costs no promise of its own. */
export const rowsPerPage = 500

/** Where the end of a record is looked for: a quote that is not closed may seem to hold megabytes. */
export const maxRecordBytes = 16 * 1024 * 1024

/** @param head the beginning of the row */
export const longRow = (rowNumber: number, range: readonly [number, number], head: Buffer): UnreadableRow => {
  const { text, note } = keptText(head, keptOfLongRow)
  const place = `bytes ${range[0]} to ${range[1]} of the unpacked chunk`
  return { rowNumber, unreadable: `${tooLongText(range[1] - range[0])} (${place})${note}`, text, range }
}

/** What the rejected file keeps of a row that is too long to be read. */
export const keptOfLongRow = 1024

/** A row's item as a JSON value, made of what its decoder left unread. */
export const itemValue = (item: JsonValue | JsonSpan | JsonCells): JsonValue =>
  item instanceof JsonSpan || item instanceof JsonCells ? item.value() : item

/** Whether an item is an object, parsed or not: no other row can be written. */
export const isObject = (
  item: JsonValue | JsonSpan | JsonCells
): item is JsonObject | JsonSpan | JsonCells =>
  item instanceof JsonSpan ? item.isObject() : item instanceof JsonObject || item instanceof JsonCells
