import { readJson } from '../batch/read-row.ts'
import { type ChunkFormat, chunkFormatOf } from '../decode/chunk-format.ts'
import { type ByteSource, type ChunkRow, type ChunkRowsOptions, chunkRows } from '../decode/chunk-rows.ts'
import { base64Bytes } from '../json/base64.ts'
import { JsonBytes } from '../json/json-bytes.ts'
import { JsonSpan } from '../json/json-span.ts'
import { JsonNumber, JsonObject, type JsonValue } from '../json/json-value.ts'
import { checkForm, formOf } from '../json/stored-form.ts'
import type { ChunkRecord } from '../ledger/chunk-record.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { BulkOptions } from './bulk-options.ts'

/** A row of a chunk with the number that it has in the chunk as COPY wrote it. */
export type NumberedRow = ChunkRow & { readonly originalNumber: number }

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
 * The rows of a chunk from a checkpoint on, page by page.
 *
 * @throws ChunkError when the chunk cannot be read at all
 * @throws UnknownForm when another version of this code set its rows aside
 */
export async function* chunkRowsOf(
  store: ObjectStore,
  record: ChunkRecord,
  { format }: BulkOptions,
  reading: Pick<ChunkRowsOptions, 'signal' | 'warn'>
): AsyncGenerator<readonly NumberedRow[]> {
  const source = chunkSource(store, record)
  const from = record.rowsDone
  if (record.kind === 'rows') {
    const pages = chunkRows(source, chunkFormatOf(record.chunk, format), { ...reading, from })
    for await (const page of pages) yield page.map((row) => ({ ...row, originalNumber: row.rowNumber }))
    return
  }
  // Rejected rows lie in a form of their own, whatever their chunk was.
  const kept: ChunkFormat = { type: 'ndjson', compression: 'auto', maxLineBytes: maxRejectedLineBytes }
  for await (const page of chunkRows(source, kept, { ...reading, from })) yield page.map(unwrapped)
}

/** A line holds its row and why that was rejected; a row of Parquet may be longer as text than any that is read. */
const maxRejectedLineBytes = 16 * 1024 * 1024

/** A line of a rejected file → the row in it, perhaps mended by hand. */
const unwrapped = (line: ChunkRow): NumberedRow => {
  const { rowNumber } = line
  if (!('item' in line)) return { ...line, originalNumber: rowNumber }
  const unreadable = (text: string): NumberedRow => ({
    rowNumber,
    originalNumber: rowNumber,
    unreadable: 'the line of the rejected file holds no "row"',
    text
  })
  const members = line.item instanceof JsonSpan ? line.item.value() : line.item
  if (!(members instanceof JsonObject)) return unreadable('')
  checkForm('a rejected row', formOf(members))
  const [number, row, text] = [members.get('number'), members.get('row'), members.get('text')]
  const originalNumber =
    number instanceof JsonNumber && /^[0-9]{1,15}$/.test(number.text) ? Number(number.text) : rowNumber
  const item = row ?? (typeof text === 'string' ? readJson(text) : undefined)
  if (item === undefined) {
    if (typeof text !== 'string') return unreadable('')
    const still = { rowNumber, originalNumber, text }
    const range = rangeOf(members.get('bytes'))
    // Only its beginning is here; the row itself lies where its chunk does.
    if (range) return { ...still, unreadable: textOf(members.get('message')), range }
    return { ...still, unreadable: 'the text is still not a row: put a "row" in its place' }
  }
  return { rowNumber, originalNumber, item: withBytes(item, members.get('binary')) }
}

const rangeOf = (bytes: JsonValue | undefined): readonly [number, number] | undefined => {
  if (!Array.isArray(bytes)) return undefined
  const [start, end] = bytes.map((place: JsonValue) =>
    place instanceof JsonNumber ? Number(place.text) : -1
  )
  return start !== undefined && end !== undefined && start >= 0 && end > start ? [start, end] : undefined
}

const textOf = (message: JsonValue | undefined): string =>
  typeof message === 'string' ? message : 'the row is too long to be read'

const withBytes = (item: JsonValue, binary: JsonValue | undefined): JsonValue => {
  if (!(item instanceof JsonObject) || !Array.isArray(binary)) return item
  for (const column of binary) {
    const text = typeof column === 'string' ? item.get(column) : undefined
    const bytes = typeof text === 'string' ? base64Bytes(text) : undefined
    if (typeof column === 'string' && bytes !== undefined) item.set(column, new JsonBytes(bytes))
  }
  return item
}
