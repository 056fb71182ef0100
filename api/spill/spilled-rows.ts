import { gunzipSync, gzipSync } from 'node:zlib'
import type { RowArguments } from '../decode/batch.ts'
import { toSpan } from '../json/json-span.ts'
import { parseJson } from '../json/json-text.ts'
import { JsonNumber, JsonObject, type JsonValue } from '../json/json-value.ts'
import { checkForm, formOf, storedForm } from '../json/stored-form.ts'

/** A row of an HTTP batch that is not answered yet. */
export interface SpilledRow {
  readonly rowNumber: number
  readonly args: RowArguments
  /** It may be in the table: an attempt at it lost its answer. */
  readonly isMaybeTaken: boolean
}

export const spilledRowsKey = (hash: string): string => `spill/${hash}/rows.ndjson.gz`
export const spilledAnswersKey = (hash: string): string => `spill/${hash}/answers.json.gz`

/** A request has at most 10 MB, so this is more than its rows or answers can have. */
const maxTextBytes = 64 * 1024 * 1024

export const packText = (text: string): Uint8Array => gzipSync(text)
export const unpackText = (content: Uint8Array): string =>
  gunzipSync(content, { maxOutputLength: maxTextBytes }).toString('utf8')

/** Rows → `spill/<hash>/rows.ndjson.gz`: `{"form","number","row","maybe"}` a line. */
export const packSpilledRows = (rows: readonly SpilledRow[]): Uint8Array =>
  packText(
    rows
      .map(
        ({ rowNumber, args, isMaybeTaken }) =>
          `{"form":${storedForm},"number":${rowNumber},"row":[${args.map((arg) => arg.line())}],"maybe":${isMaybeTaken}}\n`
      )
      .join('')
  )

/** @throws UnknownForm when another version of this code wrote them */
export const unpackSpilledRows = (content: Uint8Array): SpilledRow[] => {
  const lines = unpackText(content).split('\n')
  return lines.filter((line) => line !== '').map((line) => toSpilledRow(parseJson(line)))
}

const toSpilledRow = (line: JsonValue): SpilledRow => {
  if (line instanceof JsonObject) checkForm('a spilled row', formOf(line))
  const [number, args] = line instanceof JsonObject ? [line.get('number'), line.get('row')] : []
  if (!(line instanceof JsonObject) || !(number instanceof JsonNumber) || !Array.isArray(args))
    throw new Error('a line of the spilled rows cannot be read')
  return { rowNumber: Number(number.text), args: args.map(toSpan), isMaybeTaken: line.get('maybe') === true }
}
