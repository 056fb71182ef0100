import { type FileMetaData, parquetMetadataAsync } from 'hyparquet'
import { JsonCells } from '../json/json-cells.ts'
import type { JsonValue } from '../json/json-value.ts'
import { toJsonText } from '../json/to-json-text.ts'
import type { ByteSource } from './byte-source.ts'
import { ChunkError } from './chunk-error.ts'
import { type ChunkRow, rowsPerPage } from './chunk-row.ts'
import { keptText } from './kept-text.ts'
import { rowsAtOnce } from './parquet-budget.ts'
import { type ColumnValues, readColumns } from './parquet-columns.ts'
import { type ParquetFile, parquetFile } from './parquet-file.ts'
import { whyNotParquet } from './parquet-look.ts'
import { packedGroup } from './parquet-packed.ts'
import { type RawParquet, rawParquet } from './parquet-schema.ts'
import { columnValue } from './parquet-value.ts'

/**
 * Rows of a Parquet chunk, row group by row group and, where a group is large, part by part: memory is that of one group,
 * packed (Snowflake writes up to 128 MB each), and of the pages of a part, unpacked; values are made row by row. A row whose text is not UTF-8 is unreadable, its neighbours are read.
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
  const pageRows = Math.max(1, Math.min(rowsPerPage, Math.floor(cellsAtOnce / raw.columns.length)))

  let groupStart = 0
  for (const [n, group] of raw.metadata.row_groups.entries()) {
    const first = groupStart
    const groupEnd = first + Number(group.num_rows)
    const start = Math.max(first, from)
    groupStart = groupEnd
    if (start >= groupEnd) continue
    const atOnce = rowsAtOnce(group, n, raw.nameOf)
    const packed = packedGroup(file, group)
    for (let part = start; part < groupEnd; part += atOnce) {
      const partEnd = Math.min(groupEnd, part + atOnce)
      const columns = await file.orChunkError(() =>
        readColumns(packed, raw, { from: part - first, to: partEnd - first })
      )
      for (let row = part; row < partEnd; row += pageRows) {
        yield toRows(columns, { first, start: row, end: Math.min(partEnd, row + pageRows) })
        signal?.throwIfAborted()
      }
    }
  }
}

/** Cells of a page of rows: objects, all of which are there at a time. */
const cellsAtOnce = 100_000

const readFooter = async (file: ParquetFile): Promise<FileMetaData> => {
  try {
    return await parquetMetadataAsync(file, { geoparquet: false })
  } catch (error) {
    throw new ChunkError(
      `the chunk cannot be read as Parquet: ${await whyNotParquet(file, (error as Error).message)}`
    )
  }
}

const rowBuilder = ({ columns }: RawParquet) => {
  let badText: string | undefined
  const onBadText = (path: string): void => {
    badText = path
  }
  const rowColumns = { names: columns.map(({ element }) => element.name) }
  const toValues = columns.map((column) => columnValue(column, { path: column.element.name, onBadText }))

  const rowAt = (values: readonly ColumnValues[], first: number, rowNumber: number): ChunkRow => {
    badText = undefined
    const cells: JsonValue[] = []
    for (let n = 0; n < toValues.length; n += 1)
      cells.push(toValues[n]?.(values[n]?.at(rowNumber - first)) ?? null)
    const item = new JsonCells(rowColumns, cells, false)
    if (badText === undefined) return { rowNumber, item }
    const { text, note } = keptText(Buffer.from(toJsonText(item.value())))
    return {
      rowNumber,
      unreadable: `column ${badText} is not UTF-8; its bytes are kept as base64${note}`,
      text
    }
  }

  return (
    values: readonly ColumnValues[],
    { first, start, end }: { readonly first: number; readonly start: number; readonly end: number }
  ): readonly ChunkRow[] => Array.from({ length: end - start }, (_, n) => rowAt(values, first, start + n))
}
