import type { FileMetaData } from 'hyparquet'
import { ChunkError } from './chunk-error.ts'

type RowGroup = FileMetaData['row_groups'][number]
type Column = NonNullable<RowGroup['columns'][number]['meta_data']>

/** A group whose pages take no more is unpacked at once, and each of its pages once. */
const wholeBytes = 192 * 1024 ** 2
/** Of a larger one, so much of texts and bytes is held at a time … */
const bytesAtOnce = 64 * 1024 ** 2
/** … and so many values. */
const valuesAtOnce = 1_000_000
/** More is never held, whatever the footer says: unpacked pages, or values cut out of them. */
export const mostHeldBytes = 256 * 1024 ** 2
/** Besides its bytes, a value has a place; under lists and records it is an object. */
const placeBytes = 4
const nestedBytes = 48
/** Of one column of lists or records, all of which a single row may hold. */
const mostNestedValues = 8_000_000
/** Of one column in all, all of which a single page may hold. */
const mostValues = 20_000_000
/** Snowflake packs up to 128 MB into a group. */
const mostColumnBytes = 1024 ** 3

export const cure = 'unload with smaller row groups (MAX_FILE_SIZE), or as NDJSON'

/**
 * Looks at what a row group says of itself before any of it is read: one of 600 bytes can hold 200 million values, and
 * one of 2,000 columns holds many times what one of ten does.
 *
 * @param number of the group, for the message
 * @param nameOf the name of a top-level column in messages
 * @returns rows to read at a time
 * @throws ChunkError when one of its columns does not fit into memory
 */
export const rowsAtOnce = (
  { num_rows, columns }: RowGroup,
  number: number,
  nameOf: (column: string) => string = (column) => column
): number => {
  const groupRows = Number(num_rows)
  let values = 0
  let bytes = 0
  let heldBytes = 0
  for (const { meta_data } of columns) {
    if (meta_data === undefined) continue
    const [name = ''] = meta_data.path_in_schema
    const held = valuesOf(meta_data, groupRows)
    const size = Number(meta_data.total_uncompressed_size)
    const isPlain = meta_data.path_in_schema.length === 1
    const most = isPlain ? mostValues : mostNestedValues
    const what = `row group ${number} holds ${nameOf(name)}`
    if (held > most)
      throw new ChunkError(`${what} with ${held} values, and at most ${most} are read at a time: ${cure}`)
    if (size > mostColumnBytes)
      throw new ChunkError(
        `${what}, ${size} bytes unpacked, and at most ${mostColumnBytes} are read: ${cure}`
      )
    values += held
    bytes += size
    heldBytes += size + held * (isPlain ? placeBytes : nestedBytes)
  }
  if (heldBytes <= wholeBytes) return groupRows
  const share = Math.min(1, valuesAtOnce / values, bytesAtOnce / bytes)
  return Math.max(1, Math.floor(groupRows * share))
}

/** A column of lists has more values than rows, one of NULLs has none of its own. */
const valuesOf = ({ num_values }: Column, groupRows: number): number =>
  Math.max(Number(num_values), groupRows)
