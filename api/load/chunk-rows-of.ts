import { readJson } from '../batch/read-row.ts'
import { type ChunkFormat, chunkFormatOf } from '../decode/chunk-format.ts'
import { type ByteSource, type ChunkRow, type ChunkRowsOptions, chunkRows } from '../decode/chunk-rows.ts'
import { exportedRow } from '../decode/dynamodb-json.ts'
import { JsonSpan } from '../json/json-span.ts'
import { JsonNumber, JsonObject, type JsonValue } from '../json/json-value.ts'
import { checkForm, formOf } from '../json/stored-form.ts'
import type { ChunkRecord } from '../ledger/chunk-record.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { BulkOptions } from './bulk-options.ts'
import { type KeptChunk, keptChunk } from './kept-chunk.ts'
import { rowAgain } from './kept-row.ts'

/** A row of a chunk; one that was rejected before has another number in the chunk as COPY wrote it. */
export type NumberedRow = ChunkRow & { readonly originalNumber?: number }

/** The chunk's object as the decoders read it. */
const chunkSource = (store: ObjectStore, { key, etag, bytes }: ChunkRecord): ByteSource => {
  const object = { key, etag, bytes }
  return {
    byteLength: bytes,
    stream: (start, signal) => store.stream(object, start, signal),
    slice: (start, end, signal) => store.slice(object, start, end, signal)
  }
}

/**
 * The rows of a chunk from a checkpoint on, page by page; `taker` is asked of the chunk's own rows only, not of rejected
 * ones.
 *
 * @throws ChunkError when the chunk cannot be read at all
 * @throws UnknownForm when another version of this code set its rows aside
 */
export async function* chunkRowsOf(
  store: ObjectStore,
  record: ChunkRecord,
  { format }: BulkOptions,
  { taker, ...reading }: Pick<ChunkRowsOptions, 'signal' | 'warn' | 'taker'>
): AsyncGenerator<readonly NumberedRow[]> {
  const source = chunkSource(store, record)
  const from = record.rowsDone
  if (record.kind === 'rows') {
    yield* chunkRows(source, chunkFormatOf(record.chunk, format), { ...reading, from, taker })
    return
  }
  // Rejected rows lie in a form of their own, whatever their chunk was.
  const kept: ChunkFormat = { type: 'ndjson', compression: 'auto', maxLineBytes: maxRejectedLineBytes }
  const chunk = keptChunk(store, record, chunkFormatOf(record.chunk, format), reading.signal)
  try {
    for await (const page of chunkRows(source, kept, { ...reading, from })) {
      const rows = page.map((line) => unwrapped(line, format?.type === 'dynamodb_json'))
      yield rows.some(isElsewhere) ? await foundAgain(rows, chunk) : rows
    }
  } finally {
    await chunk.close()
  }
}

/** Only its beginning is in the rejected file. */
const isElsewhere = (row: NumberedRow): boolean => 'range' in row && row.range !== undefined

/** The rows; those that were too long to be set aside as they lie in their chunk by now. */
const foundAgain = async (
  rows: readonly NumberedRow[],
  chunk: KeptChunk
): Promise<readonly NumberedRow[]> => {
  const found: NumberedRow[] = []
  for (const row of rows) {
    const again = 'range' in row && row.range ? await chunk.rowAt(row.range) : undefined
    found.push(again === undefined ? row : { ...row, ...again, rowNumber: row.rowNumber })
  }
  return found
}

/** A line holds its row and why that was rejected; a row of Parquet may be longer as text than any that is read. */
const maxRejectedLineBytes = 16 * 1024 * 1024

/**
 * A line of a rejected file → the row in it, perhaps mended by hand.
 *
 * @param isExported the chunk's lines are those of a DynamoDB export: text of such a line is read as one
 */
const unwrapped = (line: ChunkRow, isExported: boolean): NumberedRow => {
  const { rowNumber } = line
  if (!('item' in line)) return line
  // A line of NDJSON comes as its text.
  if (!(line.item instanceof JsonSpan)) return { rowNumber, unreadable: noRowText, text: '' }
  const members = line.item.value()
  const noRow = { rowNumber, unreadable: noRowText, text: line.item.text() }
  if (!(members instanceof JsonObject)) return noRow
  checkForm('a rejected row', formOf(members))
  const [number, row, text] = [members.get('number'), members.get('row'), members.get('text')]
  const originalNumber =
    number instanceof JsonNumber && /^[0-9]{1,15}$/.test(number.text) ? Number(number.text) : rowNumber
  const message = textOf(members.get('message'))
  // Of a line that holds no row its whole text was kept, and that is not the row.
  const mayBeRow = typeof text === 'string' && !message.startsWith(noRowText)
  const item = row === undefined && mayBeRow ? readJson(text) : row
  if (item === undefined) {
    if (typeof text !== 'string') return { ...noRow, originalNumber }
    const still = { rowNumber, originalNumber, text }
    const range = rangeOf(members.get('bytes'))
    // Only its beginning is here; the row itself lies where its chunk does.
    if (range) return { ...still, unreadable: message, range }
    // Why it was no row in the first place stays said.
    return { ...still, unreadable: message.endsWith(stillText) ? message : `${message}${stillText}` }
  }
  if (row === undefined && isExported)
    return {
      ...exportedRow({
        rowNumber,
        item: new JsonSpan(Buffer.from(String(text)), 0, Buffer.byteLength(String(text)))
      }),
      originalNumber
    }
  return { rowNumber, originalNumber, item: rowAgain(item, members.get('typed'), members.get('binary')) }
}

const noRowText = 'the line of the rejected file holds no "row"'
const stillText = '; the text is still not a row: put a "row" in its place'

const rangeOf = (bytes: JsonValue | undefined): readonly [number, number] | undefined => {
  if (!Array.isArray(bytes)) return undefined
  const [start, end] = bytes.map((place: JsonValue) =>
    place instanceof JsonNumber ? Number(place.text) : -1
  )
  return start !== undefined && end !== undefined && start >= 0 && end > start ? [start, end] : undefined
}

const textOf = (message: JsonValue | undefined): string =>
  typeof message === 'string' ? message : 'the row cannot be read'
