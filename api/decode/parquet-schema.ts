import { type FileMetaData, parquetSchema, type SchemaElement, type SchemaTree } from 'hyparquet'
import { ChunkError } from './chunk-error.ts'
import { lacksDictionaryHeader, withDictionaryHeader } from './parquet-816.ts'
import { encrypted } from './parquet-look.ts'

/** A column or a part of one. `alias` is what hyparquet calls it. */
export interface ParquetNode {
  readonly element: SchemaElement
  readonly alias: string
  readonly children: readonly ParquetNode[]
}

export interface RawParquet {
  readonly columns: readonly ParquetNode[]
  readonly metadata: FileMetaData
  /** The schema as hyparquet joins values by it. */
  readonly tree: SchemaTree
  /** A top-level column's own name, for messages. */
  readonly nameOf: (alias: string) => string
}

/**
 * Metadata that make hyparquet give every value as it is stored. By itself it makes DECIMAL a double and timestamps
 * a Date of milliseconds, and it builds maps and structs as plain objects, on which `__proto__` is lost. So the
 * types are taken out of the schema it sees, and all names become numbers; `columns` keeps the true ones.
 *
 * @param byteLength of the whole file
 * @throws ChunkError when the schema does not fit the column chunks
 */
export const rawParquet = (metadata: FileMetaData, byteLength: number): RawParquet => {
  const schema: SchemaElement[] = []
  const leaves: { readonly path: readonly string[]; readonly isFlat: boolean }[] = []
  let read = 0

  const visit = (path: readonly string[]): ParquetNode => {
    const at = read
    const element = metadata.schema[at]
    if (element === undefined) throw new ChunkError('the Parquet schema is cut off: unload the chunk again')
    const alias = String(read)
    read += 1
    schema.push(storedElement(element, alias))
    const here = [...path, alias]
    const children = Array.from({ length: element.num_children ?? 0 }, () => visit(here))
    // To hyparquet a list of records is a plain group: it takes the one field of a record for the item.
    if (isList(element) && !(children[0] && holdsRecords(element, children[0])))
      schema[at] = { ...storedElement(element, alias), converted_type: 'LIST' }
    if (children.length === 0)
      leaves.push({
        path: here.slice(1),
        isFlat: here.length === 2 && element.repetition_type !== 'REPEATED'
      })
    return { element, alias, children }
  }
  const root = visit([])

  const row_groups = metadata.row_groups.map((group) => {
    if (group.columns.length !== leaves.length)
      throw new ChunkError('a Parquet row group lacks columns: unload the chunk again')
    const columns = group.columns.map((column, n) => {
      if (!column.meta_data || column.crypto_metadata)
        throw new ChunkError(`the chunk cannot be read as Parquet: ${encrypted}`)
      if (column.file_path !== undefined)
        throw new ChunkError('the chunk is a summary of other Parquet files (_metadata): load those files')
      const { statistics: _, ...stored } =
        leaves[n]?.isFlat && lacksDictionaryHeader(metadata)
          ? withDictionaryHeader(column.meta_data, byteLength)
          : column.meta_data
      return { ...column, meta_data: { ...stored, path_in_schema: [...(leaves[n]?.path ?? [])] } }
    })
    return { ...group, columns }
  })
  const names = new Map(root.children.map(({ alias, element }) => [alias, element.name]))
  const stored = { ...metadata, schema, row_groups }
  return {
    columns: root.children,
    metadata: stored,
    tree: parquetSchema(stored),
    nameOf: (alias) => names.get(alias) ?? alias
  }
}

const storedElement = (element: SchemaElement, name: string): SchemaElement => {
  const { type, type_length, repetition_type, num_children, logical_type } = element
  const stored: SchemaElement = { name, type, type_length, repetition_type, num_children }
  if (isText(element)) return { ...stored, converted_type: 'UTF8' }
  return logical_type?.type === 'FLOAT16' ? { ...stored, logical_type } : stored
}

export const isList = ({ converted_type, logical_type }: SchemaElement): boolean =>
  converted_type === 'LIST' || logical_type?.type === 'LIST'

/**
 * The repeated group of a LIST is itself the item, a record, where older writers put it so (LogicalTypes.md, Lists,
 * backward-compatibility rules): it has several fields, a repeated one, or is named `array` or `<list>_tuple`.
 */
export const holdsRecords = (list: SchemaElement, entries: ParquetNode): boolean => {
  const [field, second] = entries.children
  if (field === undefined) return false
  const { name } = entries.element
  return (
    second !== undefined ||
    field.element.repetition_type === 'REPEATED' ||
    name === 'array' ||
    name === `${list.name}_tuple`
  )
}

/** The stored element says so by UTF8, so that text is made once for each entry of a dictionary. */
export const isText = ({ type, converted_type, logical_type }: SchemaElement): boolean =>
  type === 'BYTE_ARRAY' &&
  (['UTF8', 'ENUM', 'JSON'].includes(converted_type ?? '') ||
    ['STRING', 'ENUM', 'JSON'].includes(logical_type?.type ?? ''))
