import type { FileMetaData } from 'hyparquet'
import { ChunkError } from './chunk-error.ts'
import { mostUnpackedBytes } from './parquet-pages.ts'

type RowGroup = FileMetaData['row_groups'][number]
type Column = NonNullable<RowGroup['columns'][number]['meta_data']>

/** Values are objects once they are read, a text of some 150 bytes: these are held at a time. */
const valuesAtOnce = 1_000_000
/** The same where there are lists or records: each part of the rows has them read to their end. */
const nestedAtOnce = 4_000_000
/** Of text and bytes that are held with them. */
const bytesAtOnce = 64 * 1024 ** 2
/** Pages are unpacked whole, so columns are read side by side only as far as all of their values go in here. */
const valuesSideBySide = 1_000_000
/** Of one column that is read to its end, whichever rows are wanted: lists and records become objects. */
const mostNestedValues = 8_000_000
/** Of one column in all, all of which a single page may hold. */
const mostValues = 20_000_000
/** Snowflake packs up to 128 MB into a group. */
const mostColumnBytes = 1024 ** 3

const cure = 'unload with smaller row groups (MAX_FILE_SIZE), or as NDJSON'

/** How a row group is read. */
export interface GroupPlan {
  /** Rows to read at a time. */
  readonly rows: number
  /** Names of top-level columns that are read side by side; set by set, so that memory stays that of one set's pages. */
  readonly sets: ReadonlyArray<readonly string[]>
}

/**
 * Looks at what a row group says of itself before any of it is read: one of 600 bytes can hold 200 million values, and
 * one of 2,000 columns holds many times what one of ten does.
 *
 * @param number of the group, for the message
 * @param nameOf the name of a top-level column in messages
 * @throws ChunkError when one of its columns does not fit into memory
 */
export const planGroup = (
  { num_rows, columns }: RowGroup,
  number: number,
  nameOf: (column: string) => string = (column) => column
): GroupPlan => {
  const groupRows = Number(num_rows)
  const sets: Array<{ names: Set<string>; values: number; bytes: number }> = []
  let values = 0
  let bytes = 0
  let isFlat = true
  for (const { meta_data } of columns) {
    if (meta_data === undefined) continue
    const [name = ''] = meta_data.path_in_schema
    const held = valuesOf(meta_data, groupRows)
    const size = Number(meta_data.total_uncompressed_size)
    const isPlain = meta_data.path_in_schema.length === 1
    isFlat &&= isPlain
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
    const last = sets.at(-1)
    const isRoom =
      last && last.values + held <= valuesSideBySide && last.bytes + size <= 2 * mostUnpackedBytes
    // The parts of one nested column are read together.
    if (last && (isRoom || last.names.has(name))) {
      last.names.add(name)
      last.values += held
      last.bytes += size
    } else sets.push({ names: new Set([name]), values: held, bytes: size })
  }
  const share = Math.min(1, (isFlat ? valuesAtOnce : nestedAtOnce) / values, bytesAtOnce / bytes)
  return {
    rows: groupRows === 0 ? 0 : Math.max(1, Math.floor(groupRows * share)),
    sets: sets.map(({ names }) => [...names])
  }
}

/** A column of lists has more values than rows, one of NULLs has none of its own. */
const valuesOf = ({ num_values }: Column, groupRows: number): number =>
  Math.max(Number(num_values), groupRows)
