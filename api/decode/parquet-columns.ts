import { type AsyncBuffer, parquetRead } from 'hyparquet'
import { ChunkError } from './chunk-error.ts'
import type { GroupPlan } from './parquet-budget.ts'
import { parquetCodecs } from './parquet-codecs.ts'
import type { RawParquet } from './parquet-schema.ts'
import { textOrBytes } from './parquet-text.ts'
import type { Assembled } from './parquet-value.ts'

/** The values of one column from `start` on, in the pieces that hyparquet made. Rows are asked for in order. */
export interface ColumnValues {
  at(row: number): Assembled
}

interface Piece {
  readonly start: number
  readonly values: ArrayLike<Assembled>
}

/**
 * The values of rows `rowStart` up to, not including, `rowEnd`, which lie in one row group; a set of columns after the
 * other, so that no more than one set's pages are unpacked at a time.
 *
 * @returns one entry a column of the schema
 * @throws ChunkError when a column has fewer values than there are rows
 */
export const readColumns = async (
  file: AsyncBuffer,
  { metadata, columns }: RawParquet,
  { sets }: GroupPlan,
  { rowStart, rowEnd }: { readonly rowStart: number; readonly rowEnd: number }
): Promise<readonly ColumnValues[]> => {
  const pieces = new Map<string, Piece[]>()
  for (const names of sets) {
    const isOnly = sets.length === 1
    await parquetRead({
      file,
      metadata,
      rowStart,
      rowEnd,
      ...(isOnly ? {} : { columns: [...names] }),
      compressors: parquetCodecs,
      utf8: false,
      geoparquet: false,
      parsers: { stringFromBytes: textOrBytes, timestampFromNanoseconds: (nanos: bigint) => nanos },
      onChunk: ({ columnName, columnData, rowStart: start }) => {
        const whole = { start, values: columnData as ArrayLike<Assembled> }
        const piece = isOnly ? whole : within(whole, rowStart, rowEnd)
        const known = pieces.get(columnName)
        if (known) known.push(piece)
        else pieces.set(columnName, [piece])
      }
    })
  }
  return columns.map(({ alias, element }) => inOrder(pieces.get(alias) ?? [], rowStart, rowEnd, element.name))
}

/** Only the values of these rows, so that the others of their pages are let go. */
const within = ({ start, values }: Piece, rowStart: number, rowEnd: number): Piece => {
  const from = Math.max(0, rowStart - start)
  const to = Math.max(from, Math.min(values.length, rowEnd - start))
  return { start: start + from, values: Array.prototype.slice.call(values, from, to) }
}

const inOrder = (pieces: readonly Piece[], rowStart: number, rowEnd: number, name: string): ColumnValues => {
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
