import { BatchError } from '../decode/batch-error.ts'
import type { RowResult } from '../plan/row-result.ts'

/**
 * Lambda answers at most 6 MB, the escaping of our text inside its own JSON included; some is kept for headers.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const maxAnswerBytes = 6 * 1024 * 1024 - 64 * 1024

/** Lengths to which messages are cut, one after the other, until the answer fits. */
const messageLengths = [400, 120, 40, 0]

/**
 * One result a row → `{"data":[[0,{…}],…]}` in row order. Long messages are shortened before rows are lost.
 *
 * @param results exactly one for each row, in row order
 * https://docs.snowflake.com/en/sql-reference/external-functions-data-format
 */
export const toAnswer = (results: readonly RowResult[]): string => {
  const areWritten = results.every(({ status }) => status === 'written')
  for (const length of messageLengths) {
    const answer = areWritten
      ? allWritten(results.length)
      : wrap(results.map((result) => resultText(result, length)))
    if (fits(answer)) return answer
  }
  throw new BatchError(
    'answer_too_large',
    `The answer for ${results.length} rows is over 6 MB: set MAX_BATCH_ROWS = 500.`
  )
}

/** JSON texts of items, one a row → the answer of a read. */
export const toReadAnswer = (values: readonly string[]): string => {
  const answer = wrap(values)
  if (fits(answer)) return answer
  const rows = Math.max(1, Math.floor((values.length * maxAnswerBytes * 0.8) / escapedBytes(answer)))
  throw new BatchError(
    'answer_too_large',
    `The items of ${values.length} rows are over Lambda's 6 MB: ` +
      `ALTER FUNCTION get_from_dynamo(VARCHAR, OBJECT) SET MAX_BATCH_ROWS = ${rows}.`
  )
}

const wrap = (values: readonly string[]): string => {
  let text = ''
  for (let n = 0; n < values.length; n += 1) text += `${n === 0 ? '' : ','}[${n},${values[n]}]`
  return `{"data":[${text}]}`
}

const written = JSON.stringify({ status: 'written' } satisfies RowResult)

/** The answer of a batch of which nothing else is to be said, kept for the next one of that size. */
let kept: { readonly rows: number; readonly answer: string } = { rows: 0, answer: wrap([]) }
const allWritten = (rows: number): string => {
  if (rows !== kept.rows) kept = { rows, answer: wrap(Array.from({ length: rows }, () => written)) }
  return kept.answer
}

const resultText = (result: RowResult, length: number): string => {
  if (result.status === 'written') return written
  if (!('message' in result) || result.message === undefined) return JSON.stringify(result)
  const { message, ...rest } = result
  if (length === 0) return JSON.stringify(rest)
  return JSON.stringify({ ...rest, message: message.length > length ? cut(message, length) : message })
}

/** The beginning of a message, never ending with half a character. */
const cut = (message: string, length: number): string =>
  `${message.slice(0, length - 3).replace(/[\ud800-\udbff]$/, '')}...`

const fits = (text: string): boolean =>
  text.length * 4 <= maxAnswerBytes || escapedBytes(text) <= maxAnswerBytes

/** Bytes of the text as Lambda's own JSON holds it. */
const escapedBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text))
