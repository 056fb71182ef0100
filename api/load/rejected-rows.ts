import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { itemValue, type UnreadableRow } from '../decode/chunk-row.ts'
import type { JsonCells } from '../json/json-cells.ts'
import { JsonSpan } from '../json/json-span.ts'
import type { JsonValue } from '../json/json-value.ts'
import { storedForm } from '../json/stored-form.ts'
import { toJsonText } from '../json/to-json-text.ts'
import type { RejectCode } from '../plan/row-result.ts'
import { keptRow } from './kept-row.ts'

/** A row that was set aside: its number in the chunk, why, and the row as it came. */
export interface RejectedRow {
  readonly number: number
  readonly code: RejectCode
  readonly message: string
  /** The row, or what is kept of one that could not be read. */
  readonly row: { readonly item: JsonValue | JsonSpan | JsonCells } | Pick<UnreadableRow, 'text' | 'range'>
}

const pack = promisify(gzip)

/**
 * Rows → gzipped NDJSON, one `{"form","number","code","message","row"}` a line (`"text"` instead of `"row"` where the
 * row could not be read, and `"bytes":[from,to]`, its place in the unpacked chunk, where it was too long). Files made
 * so may be joined end to end: gzip allows it.
 */
export const packRejectedRows = (rows: readonly RejectedRow[]): Promise<Uint8Array> =>
  pack(rows.map((row) => `${rejectedLine(row)}\n`).join(''))

const rejectedLine = ({ number, code, message, row }: RejectedRow): string => {
  const why = `{"form":${storedForm},"number":${number},"code":"${code}","message":${JSON.stringify(message)}`
  if ('text' in row) {
    const { text, range } = row
    return `${why},"text":${JSON.stringify(text)}${range ? `,"bytes":[${range}]` : ''}}`
  }
  if (row.item instanceof JsonSpan && isPlainJson(row.item)) return `${why},"row":${row.item.line()}}`
  const kept = keptRow(itemValue(row.item))
  const typed = kept.typed.length > 0 ? `,"typed":${toJsonText(kept.typed)}` : ''
  return `${why},"row":${toJsonText(kept.row)}${typed}}`
}

/** Our parser reads more than JSON: NaN and its like. */
const isPlainJson = (span: JsonSpan): boolean => {
  try {
    JSON.parse(span.text())
    return true
  } catch {
    return false
  }
}
