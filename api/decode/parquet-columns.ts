import type { SchemaTree } from 'hyparquet'
import { assembleNested } from 'hyparquet/src/assemble.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { getTreePath } from 'hyparquet/src/schema.js'
import { ChunkError } from './chunk-error.ts'
import { cure, mostHeldBytes } from './parquet-budget.ts'
import { flatPieces, type PackedColumn, type Piece, type RowRange } from './parquet-column.ts'
import { nestedValues } from './parquet-nested.ts'
import type { PackedGroup } from './parquet-packed.ts'
import { roomOf } from './parquet-room.ts'
import type { RawParquet } from './parquet-schema.ts'
import type { Assembled } from './parquet-value.ts'

/** The values of one column. Rows are asked for in order. */
export interface ColumnValues {
  at(row: number): Assembled
}

/**
 * The values of some rows of a row group, column by column.
 *
 * @returns one entry a column of the schema
 * @throws ChunkError when a column has fewer values than there are rows, or takes more memory than its footer says
 */
export const readColumns = async (
  packed: PackedGroup,
  { tree, columns, nameOf }: RawParquet,
  rows: RowRange
): Promise<readonly ColumnValues[]> => {
  const room = roomOf(mostHeldBytes, cure)
  const leaves = packed.columns.map((meta, n) => ({ meta, n }))
  const leavesOf = Map.groupBy(leaves, ({ meta }) => meta.path_in_schema[0])
  const nodes = new Map(tree.children.map((node) => [node.element.name, node]))
  const values: ColumnValues[] = []
  for (const { alias } of columns) {
    const own = leavesOf.get(alias) ?? []
    const node = nodes.get(alias)
    const [first] = own
    if (first === undefined || node === undefined)
      throw new ChunkError(`column ${nameOf(alias)} is not in the row group: unload the chunk again`)
    const read = async ({ meta, n }: typeof first): Promise<PackedColumn> => {
      const most = Math.max(Number(meta.num_values), packed.rows)
      const schemaPath = [tree, ...getTreePath(node, meta.path_in_schema.slice(1))]
      return { meta, schemaPath, name: nameOf(alias), bytes: await packed.bytesOf(n), most }
    }
    const isFlat = node.children.length === 0 && node.element.repetition_type !== 'REPEATED'
    if (isFlat) {
      values.push(inOrder(flatPieces(await read(first), rows, room), rows, nameOf(alias)))
      continue
    }
    const parts = new Map<string, Assembled[]>()
    for (const leaf of own)
      parts.set(leaf.meta.path_in_schema.join('.'), nestedValues(await read(leaf), rows, room))
    const piece = { start: rows.from, values: assembled(parts, node) }
    values.push(inOrder([piece], rows, nameOf(alias)))
  }
  return values
}

/** Leaves joined to records and lists. */
const assembled = (parts: Map<string, Assembled[]>, node: SchemaTree): readonly Assembled[] => {
  // Of types, only those are left that the parsers do not concern.
  assembleNested(parts as Map<string, unknown[]>, node, DEFAULT_PARSERS)
  return parts.get(node.element.name) ?? []
}

const inOrder = (pieces: readonly Piece[], { from, to }: RowRange, name: string): ColumnValues => {
  let reached = from
  for (const { start, values } of pieces)
    if (start <= reached) reached = Math.max(reached, start + values.length)
  if (reached < to) throw new ChunkError(`column ${name} has fewer values than rows: unload the chunk again`)
  let n = 0
  return {
    at(row) {
      for (;;) {
        const piece = pieces[n]
        if (piece === undefined || row < piece.start + piece.values.length)
          return piece?.values.at(row - piece.start)
        n += 1
      }
    }
  }
}
