import { type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet'
import { JsonCells } from '../json/json-cells.ts'
import type { JsonValue } from '../json/json-value.ts'
import { toJsonText } from '../json/to-json-text.ts'
import type { ByteSource } from './byte-source.ts'
import { ChunkError } from './chunk-error.ts'
import { type ChunkRow, rowsPerPage } from './chunk-row.ts'
import { keptText } from './kept-text.ts'
import { parquetCodecs } from './parquet-codecs.ts'
import { type ParquetFile, parquetFile } from './parquet-file.ts'
import { whyNotParquet } from './parquet-look.ts'
import { type RawParquet, rawParquet } from './parquet-schema.ts'
import { textOrBytes } from './parquet-text.ts'
import { type Assembled, columnValue } from './parquet-value.ts'

/**
 * Rows of a Parquet chunk, row group by row group: memory is that of one group, unpacked (Snowflake writes up to
 * 128 MB each). A row whose text is not UTF-8 is unreadable, its neighbours are read.
 *
 * @param from row groups below this number are not fetched at all
 * @throws ChunkError when it is not Parquet, cut off, corrupt, or of a type that cannot be a row
 */
export async function* parquetRows(
  source: ByteSource,
  from: number,
  signal?: AbortSignal
): AsyncGenerator<readonly ChunkRow[]> {
  const file = parquetFile(source, signal)
  const raw = await file.orChunkError(async () => rawParquet(await readFooter(file), file.byteLength))
  const toRows = rowBuilder(raw)

  let groupStart = 0
  for (const group of raw.metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows)
    const start = Math.max(groupStart, from)
    groupStart = groupEnd
    if (start >= groupEnd) continue
    const columns = await file.orChunkError(() => readColumns(file, raw, start, groupEnd))
    for (let row = start; row < groupEnd; row += rowsPerPage) {
      yield toRows(columns, row, Math.min(groupEnd, row + rowsPerPage))
      signal?.throwIfAborted()
    }
  }
}

const readFooter = async (file: ParquetFile): Promise<FileMetaData> => {
  try {
    return await parquetMetadataAsync(file, { geoparquet: false })
  } catch (error) {
    throw new ChunkError(
      `the chunk cannot be read as Parquet: ${await whyNotParquet(file, (error as Error).message)}`
    )
  }
}

/** The values of one column from `start` on, in the pieces that hyparquet made. Rows are asked for in order. */
interface ColumnValues {
  at(row: number): Assembled
}

const readColumns = async (
  file: ParquetFile,
  { metadata, columns }: RawParquet,
  rowStart: number,
  rowEnd: number
): Promise<readonly ColumnValues[]> => {
  const pieces = new Map<string, { readonly start: number; readonly values: ArrayLike<Assembled> }[]>()
  await parquetRead({
    file,
    metadata,
    rowStart,
    rowEnd,
    compressors: parquetCodecs,
    utf8: false,
    geoparquet: false,
    parsers: { stringFromBytes: textOrBytes, timestampFromNanoseconds: (nanos: bigint) => nanos },
    onChunk: ({ columnName, columnData, rowStart: start }) => {
      const known = pieces.get(columnName)
      const piece = { start, values: columnData as ArrayLike<Assembled> }
      if (known) known.push(piece)
      else pieces.set(columnName, [piece])
    }
  })
  return columns.map(({ alias, element }) => inOrder(pieces.get(alias) ?? [], rowStart, rowEnd, element.name))
}

const inOrder = (
  pieces: readonly { readonly start: number; readonly values: ArrayLike<Assembled> }[],
  rowStart: number,
  rowEnd: number,
  name: string
): ColumnValues => {
  let reached = rowStart
  for (const { start, values } of pieces)
    if (start <= reached) reached = Math.max(reached, start + values.length)
  if (reached < rowEnd)
    throw new ChunkError(`column ${name} has fewer values than rows: unload the chunk again`)
  let n = 0
  return {
    at(row) {
      for (;;) {
        const piece = pieces[n]
        if (piece === undefined || row < piece.start + piece.values.length)
          return piece?.values[row - piece.start]
        n += 1
      }
    }
  }
}

const rowBuilder = ({ columns }: RawParquet) => {
  let badText: string | undefined
  const onBadText = (path: string): void => {
    badText = path
  }
  const rowColumns = { names: columns.map(({ element }) => element.name) }
  const toValues = columns.map((column) => columnValue(column, { path: column.element.name, onBadText }))

  const rowAt = (values: readonly ColumnValues[], rowNumber: number): ChunkRow => {
    badText = undefined
    const cells: JsonValue[] = []
    for (let n = 0; n < toValues.length; n += 1) cells.push(toValues[n]?.(values[n]?.at(rowNumber)) ?? null)
    const item = new JsonCells(rowColumns, cells, false)
    if (badText === undefined) return { rowNumber, item }
    const { text, note } = keptText(Buffer.from(toJsonText(item.value())))
    return {
      rowNumber,
      unreadable: `column ${badText} is not UTF-8; its bytes are kept as base64${note}`,
      text
    }
  }

  return (values: readonly ColumnValues[], start: number, end: number): readonly ChunkRow[] =>
    Array.from({ length: end - start }, (_, n) => rowAt(values, start + n))
}
