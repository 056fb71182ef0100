import type { ByteSource } from './byte-source.ts'
import type { ChunkFormat } from './chunk-format.ts'
import type { ChunkRow } from './chunk-row.ts'
import { csvRows } from './csv.ts'
import { decompress } from './decompress.ts'
import { exportedRow } from './dynamodb-json.ts'
import { type LineTaker, ndjsonRows } from './ndjson.ts'

export type { ByteSource } from './byte-source.ts'
export { ChunkError } from './chunk-error.ts'
export type { ChunkRow } from './chunk-row.ts'
export type { LineTaker } from './ndjson.ts'

export interface ChunkRowsOptions {
  /** Rows below this number are skipped cheaply: a resumed chunk. */
  readonly from?: number
  /** Stops the reading: what waits for rows sees the signal's reason. */
  readonly signal?: AbortSignal
  /** Told what was read in one of two ways that are both likely; holds no contents. */
  readonly warn?: (warning: string) => void
  /** Reads plain rows in one pass, where they are lines of NDJSON. */
  readonly taker?: LineTaker | undefined
}

/**
 * The rows of a chunk in order, in pages of at most 500. The reader sets the pace; leaving the loop early closes
 * the source. Text takes memory of a few pieces and the longest row, Parquet that of a row group.
 *
 * @throws ChunkError when the chunk as a whole cannot be read; errors of the source pass unchanged
 */
export async function* chunkRows(
  source: ByteSource,
  format: ChunkFormat,
  options: ChunkRowsOptions = {}
): AsyncGenerator<readonly ChunkRow[]> {
  options.signal?.throwIfAborted()
  for await (const page of rowsOf(source, format, options)) {
    yield page
    options.signal?.throwIfAborted()
  }
}

const rowsOf = (
  source: ByteSource,
  format: ChunkFormat,
  { from = 0, signal, warn, taker }: ChunkRowsOptions
): AsyncIterable<readonly ChunkRow[]> => {
  if (format.type === 'parquet') return parquetChunk(source, from, signal)
  const bytes = decompress(untilAborted(source.stream(0, signal), signal), format.compression)
  switch (format.type) {
    case 'ndjson':
      return ndjsonRows(bytes, from, { ...format, taker })
    case 'dynamodb_json':
      return exportedRows(ndjsonRows(bytes, from, { isExported: true }))
    case 'csv':
      return csvRows(bytes, format.dialect, { from, warn })
    default:
      return format satisfies never
  }
}

/** The reader of Parquet is a fifth of what a loader holds, its decompressors too: loaded with the first such chunk. */
async function* parquetChunk(
  source: ByteSource,
  from: number,
  signal: AbortSignal | undefined
): AsyncGenerator<readonly ChunkRow[]> {
  const { parquetRows } = await import('./parquet.ts')
  yield* parquetRows(source, from, signal)
}

async function* exportedRows(pages: AsyncIterable<readonly ChunkRow[]>): AsyncGenerator<readonly ChunkRow[]> {
  for await (const page of pages) yield page.map(exportedRow)
}

/** Also stops a source that does not look at the signal, between two of its pieces. */
async function* untilAborted<T>(
  pieces: AsyncIterable<T>,
  signal: AbortSignal | undefined
): AsyncGenerator<T> {
  for await (const piece of pieces) {
    signal?.throwIfAborted()
    yield piece
  }
}
