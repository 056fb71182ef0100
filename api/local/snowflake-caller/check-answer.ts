import { JsonTextError, parseJson } from '../../json/json-text.ts'
import { JsonNumber, JsonObject, type JsonValue } from '../../json/json-value.ts'
import { toJsonText } from '../../json/to-json-text.ts'
import type { ExternalFunction } from '../../runtime/external-functions.ts'
import { type ExternalFunctionError, requestFailed, unreadableAnswer } from './external-function-error.ts'

/**
 * Takes an answer apart as strictly as Snowflake does: one `[number, value]` for each row sent, numbers ascending
 * from 0. Messages open with the words of Snowflake's troubleshooting page.
 * https://docs.snowflake.com/en/sql-reference/external-functions-creating-aws-troubleshooting
 *
 * @param text the answer of a 200, unpacked.
 * @param rowCount how many rows the batch has.
 * @returns each row's value as JSON text, in row order, digits as sent.
 * @throws ExternalFunctionError when Snowflake would fail the statement.
 */
export const checkAnswer = (fn: ExternalFunction, text: string, rowCount: number): readonly string[] => {
  const rows = dataOf(fn, text)
  if (rows.length !== rowCount)
    throw requestFailed(
      fn,
      `Function received the wrong number of rows: ${rowCount} were sent, ${rows.length} came back`
    )
  return rows.map((row, at) => answerOf(fn, row, at))
}

const dataOf = (fn: ExternalFunction, text: string): readonly JsonValue[] => {
  const answer = parse(fn, text)
  const rows = answer instanceof JsonObject ? answer.get('data') : undefined
  if (!isArray(rows))
    throw unreadableAnswer(fn, 'top-level JSON object must contain "data" JSON array element')
  return rows
}

const parse = (fn: ExternalFunction, text: string): JsonValue => {
  const refused = (why: string) => requestFailed(fn, `Error parsing JSON: Invalid response: ${why}`)
  let answer: JsonValue
  try {
    answer = parseJson(text)
  } catch (error) {
    throw error instanceof JsonTextError ? refused(error.message) : error
  }
  try {
    // Our parser keeps digits and reads more than JSON: NaN and its like.
    JSON.parse(text)
  } catch {
    throw refused('a bare word stands where a value should')
  }
  return answer
}

const answerOf = (fn: ExternalFunction, row: JsonValue, at: number): string => {
  if (!isArray(row)) throw invalidRow(fn, at, 'is not an array')
  const [rowNumber, value] = row
  if (row.length !== 2 || value === undefined)
    throw invalidRow(fn, at, `has ${row.length} elements; a row number and one value make a row`)
  if (!(rowNumber instanceof JsonNumber)) throw invalidRow(fn, at, 'does not begin with a row number')
  if (rowNumber.text !== String(at))
    throw requestFailed(fn, `Row numbers out of order: row ${at} of the answer has number ${rowNumber.text}`)
  return toJsonText(value)
}

const invalidRow = (fn: ExternalFunction, at: number, why: string): ExternalFunctionError =>
  requestFailed(fn, `Error parsing JSON: Invalid response: row ${at} of the answer ${why}`)

const isArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)
