import { toSpan } from '../json/json-span.ts'
import { JsonTextError, parseJson } from '../json/json-text.ts'
import { JsonNumber, JsonObject, type JsonValue } from '../json/json-value.ts'
import { BatchError } from './batch-error.ts'
import { type ArgumentCounts, type RowArguments, type RowReader, scanBatch } from './scan-batch.ts'

export type { ArgumentCounts, RowArguments, RowReader } from './scan-batch.ts'

/**
 * The smallest answer of a row has about 90 bytes once API Gateway has escaped it; more rows than this could
 * not be answered within Lambda's 6 MB, so they are not begun. Snowflake itself sends some 4,096 at most.
 */
export const maxBatchRows = 50_000

/**
 * Snowflake's request body → its rows. Nothing is made of the arguments yet: they are found and checked to be JSON.
 *
 * @param body UTF-8; the rows refer to it, so it must not change
 * @throws BatchError `malformed_batch` when the body is not JSON or not the protocol
 * https://docs.snowflake.com/en/sql-reference/external-functions-data-format
 */
export const decodeBatch = (body: Buffer, counts: ArgumentCounts): readonly RowArguments[] =>
  readRows(body, counts, asTheyCame)

/** The same, and at once what the reader makes of each row. */
export const readRows = <Row>(body: Buffer, counts: ArgumentCounts, reader: RowReader<Row>): readonly Row[] =>
  scanBatch(body, counts, maxBatchRows, reader) ??
  parseBatch(body.toString('utf8'), counts).map((args, n) => reader.row(args.map(toSpan), n))

const asTheyCame: RowReader<RowArguments> = {
  row: (args) => args,
  take: () => -1,
  taken() {
    throw new TypeError('no row is taken')
  }
}

/** Any other spelling of the protocol, and the reason why a body is refused. */
const parseBatch = (text: string, counts: ArgumentCounts): ReadonlyArray<readonly JsonValue[]> => {
  const body = parse(text)
  if (!(body instanceof JsonObject)) throw malformed('the body is not a JSON object')
  if (body.repeated !== undefined) throw malformed('the body has a member twice')
  const rows = body.get('data')
  if (!isArray(rows)) throw malformed('the body has no "data" array')
  if (rows.length > maxBatchRows)
    throw new BatchError(
      'batch_too_large',
      `The batch has ${rows.length} rows, at most ${maxBatchRows} can be answered: set MAX_BATCH_ROWS = 500.`
    )
  return rows.map((row, n) => {
    if (!isArray(row)) throw malformed(`row ${n} is not an array`)
    const [number, ...args] = row
    if (!(number instanceof JsonNumber) || number.text !== String(n))
      throw malformed(`row ${n} does not carry row number ${n}`)
    if (args.length < counts.least || args.length > counts.most) {
      const wanted = counts.least === counts.most ? counts.most : `${counts.least} or ${counts.most}`
      throw malformed(`row ${n} has ${args.length} arguments, this function takes ${wanted}`)
    }
    return args
  })
}

const parse = (text: string): JsonValue => {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof JsonTextError) throw malformed(error.message)
    throw error
  }
}

const isArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)

const malformed = (what: string): BatchError =>
  new BatchError('malformed_batch', `The batch cannot be read, nothing was written: ${what}.`)
