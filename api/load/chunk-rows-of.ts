import { readJson } from '../batch/read-row.ts'
import { type ChunkFormat, chunkFormatOf } from '../decode/chunk-format.ts'
import { type ByteSource, type ChunkRow, chunkRows } from '../decode/chunk-rows.ts'
import { base64Bytes } from '../json/base64.ts'
import { JsonBytes } from '../json/json-bytes.ts'
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

/** How the chunk was written. Rejected rows lie in a form of their own, whatever their chunk was. */
export const formatOfChunk = ({ chunk }: ChunkRecord, { format }: BulkOptions): ChunkFormat =>
  chunkFormatOf(chunk, format)

/**
 * The rows of a chunk from a checkpoint on, page by page.
 *
 * @throws ChunkError when the chunk cannot be read at all
 * @throws UnknownForm when another version of this code set its rows aside
 */
export async function* chunkRowsOf(
  store: ObjectStore,
  record: ChunkRecord,
  options: BulkOptions,
  signal: AbortSignal
): AsyncGenerator<readonly NumberedRow[]> {
  const source = chunkSource(store, record)
  if (record.kind === 'rows') {
    const pages = chunkRows(source, formatOfChunk(record, options), { from: record.rowsDone, signal })
    for await (const page of pages) yield page.map((row) => ({ ...row, originalNumber: row.rowNumber }))
    return
  }
  const format: ChunkFormat = { type: 'ndjson', compression: 'auto' }
  for await (const page of chunkRows(source, format, { from: record.rowsDone, signal }))
    yield page.map(unwrapped)
}

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
  if (!(line.item instanceof JsonObject)) return unreadable('')
  checkForm('a rejected row', formOf(line.item))
  const [number, row, text] = [line.item.get('number'), line.item.get('row'), line.item.get('text')]
  const originalNumber =
    number instanceof JsonNumber && /^[0-9]{1,15}$/.test(number.text) ? Number(number.text) : rowNumber
  const item = row ?? (typeof text === 'string' ? readJson(text) : undefined)
  if (item === undefined)
    return typeof text === 'string'
      ? {
          rowNumber,
          originalNumber,
          unreadable: 'the text is still not a row: put a "row" in its place',
          text
        }
      : unreadable('')
  return { rowNumber, originalNumber, item: withBytes(item, line.item.get('binary')) }
}

const withBytes = (item: JsonValue, binary: JsonValue | undefined): JsonValue => {
  if (!(item instanceof JsonObject) || !Array.isArray(binary)) return item
  for (const column of binary) {
    const text = typeof column === 'string' ? item.get(column) : undefined
    const bytes = typeof text === 'string' ? base64Bytes(text) : undefined
    if (typeof column === 'string' && bytes !== undefined) item.set(column, new JsonBytes(bytes))
  }
  return item
}
