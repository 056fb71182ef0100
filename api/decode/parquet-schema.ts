import type { FileMetaData, SchemaElement } from 'hyparquet'
import { ChunkError } from './chunk-error.ts'

/** A column or a part of one. `alias` is what hyparquet calls it. */
export interface ParquetNode {
  readonly element: SchemaElement
  readonly alias: string
  readonly children: readonly ParquetNode[]
}

export interface RawParquet {
  readonly columns: readonly ParquetNode[]
  readonly metadata: FileMetaData
}

/**
 * Metadata that make hyparquet give every value as it is stored. By itself it makes DECIMAL a double and timestamps
 * a Date of milliseconds, and it builds maps and structs as plain objects, on which `__proto__` is lost. So the
 * types are taken out of the schema it sees, and all names become numbers; `columns` keeps the true ones.
 *
 * @throws ChunkError when the schema does not fit the column chunks
 */
export const rawParquet = (metadata: FileMetaData): RawParquet => {
  const schema: SchemaElement[] = []
  const leaves: (readonly string[])[] = []
  let read = 0

  const visit = (path: readonly string[]): ParquetNode => {
    const element = metadata.schema[read]
    if (element === undefined) throw new ChunkError('the Parquet schema is cut off: unload the chunk again')
    const alias = String(read)
    read += 1
    schema.push(storedElement(element, alias))
    const here = [...path, alias]
    const children = Array.from({ length: element.num_children ?? 0 }, () => visit(here))
    if (children.length === 0) leaves.push(here.slice(1))
    return { element, alias, children }
  }
  const root = visit([])

  const row_groups = metadata.row_groups.map((group) => {
    if (group.columns.length !== leaves.length)
      throw new ChunkError('a Parquet row group lacks columns: unload the chunk again')
    const columns = group.columns.map((column, n) => {
      if (!column.meta_data)
        throw new ChunkError('the Parquet chunk is encrypted: unload it without encryption')
      const { statistics: _, ...stored } = column.meta_data
      return { ...column, meta_data: { ...stored, path_in_schema: [...(leaves[n] ?? [])] } }
    })
    return { ...group, columns }
  })
  return { columns: root.children, metadata: { ...metadata, schema, row_groups } }
}

const storedElement = (element: SchemaElement, name: string): SchemaElement => {
  const { type, type_length, repetition_type, num_children, converted_type, logical_type } = element
  const stored: SchemaElement = { name, type, type_length, repetition_type, num_children }
  if (isText(element)) return { ...stored, converted_type: 'UTF8' }
  if (converted_type === 'LIST' || logical_type?.type === 'LIST') return { ...stored, converted_type: 'LIST' }
  return logical_type?.type === 'FLOAT16' ? { ...stored, logical_type } : stored
}

/** Text is decoded by hyparquet, since it does so once for each entry of a dictionary. */
export const isText = ({ type, converted_type, logical_type }: SchemaElement): boolean =>
  type === 'BYTE_ARRAY' &&
  (['UTF8', 'ENUM', 'JSON'].includes(converted_type ?? '') ||
    ['STRING', 'ENUM', 'JSON'].includes(logical_type?.type ?? ''))
