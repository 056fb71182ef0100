import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { JsonBytes } from '../json/json-bytes.ts'
import { JsonNumber, JsonObject, type JsonValue } from '../json/json-value.ts'
import { storedForm } from '../json/stored-form.ts'
import { toJsonText } from '../json/to-json-text.ts'
import type { RejectCode } from '../plan/row-result.ts'

/** A row that was set aside: its number in the chunk, why, and the row as it came. */
export interface RejectedRow {
  readonly number: number
  readonly code: RejectCode
  readonly message: string
  /** The row, or the text of one that could not be read. */
  readonly row: { readonly item: JsonValue } | { readonly text: string }
}

const pack = promisify(gzip)

/**
 * Rows → gzipped NDJSON, one `{"form","number","code","message","row"}` a line (`"text"` instead of `"row"` where the
 * row could not be read). Files made so may be joined end to end: gzip allows it.
 */
export const packRejectedRows = (rows: readonly RejectedRow[]): Promise<Uint8Array> =>
  pack(rows.map((row) => `${rejectedLine(row)}\n`).join(''))

const rejectedLine = ({ number, code, message, row }: RejectedRow): string => {
  const line = new JsonObject()
  line.set('form', new JsonNumber(String(storedForm)))
  line.set('number', new JsonNumber(String(number)))
  line.set('code', code)
  line.set('message', message)
  if ('text' in row) line.set('text', row.text)
  else {
    line.set('row', row.item)
    const binary = binaryColumns(row.item)
    // JSON has no bytes: the columns that held some are named, so that a redrive makes them bytes again.
    if (binary.length > 0) line.set('binary', binary)
  }
  return toJsonText(line)
}

const binaryColumns = (item: JsonValue): string[] =>
  item instanceof JsonObject
    ? [...item].filter(([, value]) => value instanceof JsonBytes).map(([name]) => name)
    : []
