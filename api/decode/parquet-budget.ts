import type { FileMetaData } from 'hyparquet'
import { ChunkError } from './chunk-error.ts'

type RowGroup = FileMetaData['row_groups'][number]

/** Values are objects once they are read, a text of some 150 bytes: these are held at a time. */
const valuesAtOnce = 1_000_000n
/** Of one column, all of which a single page may hold, run-length encoded: each takes 8 bytes at the least. */
const mostValues = 20_000_000n
/** Snowflake packs up to 128 MB into a group. */
const mostUnpackedBytes = 1024n ** 3n

/**
 * Looks at what a row group says of itself before any of it is read: one of 600 bytes can hold 200 million values.
 *
 * @param number of the group, for the message
 * @returns how many of its rows to read at a time, so that memory stays that of so many; a group with nested columns,
 * which are read to their end each time, in one go
 * @throws ChunkError when one of its columns does not fit into memory
 */
export const rowsAtOnce = ({ num_rows, columns }: RowGroup, number: number): number => {
  const cure = 'unload with smaller row groups (MAX_FILE_SIZE), or as NDJSON'
  let values = 0n
  let isFlat = true
  for (const { meta_data } of columns) {
    if (meta_data === undefined) continue
    const { num_values, total_uncompressed_size: bytes, path_in_schema } = meta_data
    isFlat &&= path_in_schema.length === 1
    // A column of lists has more values than rows, one of NULLs has none of its own.
    const most = num_values > num_rows ? num_values : num_rows
    values += most
    if (most > mostValues)
      throw new ChunkError(
        `row group ${number} holds ${most} values of ${path_in_schema.join('.')} and at most ${mostValues} are read at a time: ${cure}`
      )
    if (bytes > mostUnpackedBytes)
      throw new ChunkError(
        `row group ${number} takes ${bytes} bytes for ${path_in_schema.join('.')} unpacked and at most ${mostUnpackedBytes} are read at a time: ${cure}`
      )
  }
  if (!isFlat || values <= valuesAtOnce) return Number(num_rows)
  const rows = (valuesAtOnce * num_rows) / values
  return Number(rows < 1n ? 1n : rows)
}
