import type { ColumnMetaData, SchemaTree } from 'hyparquet'
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js'
import { type DataPage, dataPage, dictionaryValues, type PageColumn } from './parquet-page.ts'
import { KeptValues, type PageValues } from './parquet-page-values.ts'
import { type PackedPage, packedPages } from './parquet-pages.ts'
import type { Room } from './parquet-room.ts'
import type { Assembled } from './parquet-value.ts'

/** Values of a column from row `start` of its group on. */
export interface Piece {
  readonly start: number
  readonly values: { readonly length: number; at(n: number): Assembled }
}

/** Rows of a group, counted from its first: from `from` up to, not including, `to`. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

/** A column of one row group: one leaf of the schema. */
export interface PackedColumn {
  readonly meta: ColumnMetaData
  /** From the schema's root to the leaf. */
  readonly schemaPath: readonly SchemaTree[]
  readonly name: string
  readonly bytes: Uint8Array
  /** Values that it has by the footer. */
  readonly most: number
}

/** A dictionary of more values is not kept as objects: in a group of many columns they were most of what is held. */
const mostKept = 2_000

/** The values of a column that is neither nested nor repeated. What lies in other rows' pages is not unpacked. */
export const flatPieces = (column: PackedColumn, { from, to }: RowRange, room: Room): readonly Piece[] => {
  const pieces: Piece[] = []
  let start = 0
  for (const { page, values } of openedPages(column, (at, end) => end > from && at < to)) {
    const open = page()
    if (open) {
      const whole = atRows(open)
      const isWithin = start >= from && start + values <= to
      if (isWithin) room.take(open.bytes + values * slotBytes)
      pieces.push(isWithin ? { start, values: whole } : copied(whole, start, { from, to }, room))
    }
    start += values
    if (start >= to) break
  }
  return pieces
}

const slotBytes = 4
/** Of an object that stands for a value. */
export const objectBytes = 24

const copied = (values: Piece['values'], start: number, { from, to }: RowRange, room: Room): Piece => {
  const first = Math.max(0, from - start)
  const last = Math.min(values.length, to - start)
  const copy: Assembled[] = []
  for (let n = first; n < last; n += 1) copy.push(kept(values.at(n), room))
  return { start: start + first, values: copy }
}

/** The value without the page that its bytes lie in. */
export const kept = (value: Assembled, room: Room): Assembled => {
  if (typeof value === 'string') room.take(objectBytes + value.length)
  else if (value instanceof Uint8Array) {
    room.take(4 * objectBytes + value.length)
    return value.slice()
  } else room.take(slotBytes)
  return value
}

/** One value a row, NULL where its level says so. */
const atRows = ({ definition, places, values, count }: DataPage): Piece['values'] => {
  if (definition === undefined && places === undefined) return values
  const slots = new Int32Array(count)
  let next = 0
  for (let n = 0; n < count; n += 1) {
    if (definition !== undefined && definition[n] === 0) slots[n] = -1
    else {
      slots[n] = places === undefined ? next : (places[next] ?? 0)
      next += 1
    }
  }
  return {
    length: count,
    at(n) {
      const slot = slots[n] ?? -1
      return slot < 0 ? null : values.at(slot)
    }
  }
}

export const levelsOf = ({ schemaPath }: PackedColumn) => ({
  mostDefinition: getMaxDefinitionLevel(schemaPath as SchemaTree[]),
  mostRepetition: getMaxRepetitionLevel(schemaPath as SchemaTree[])
})

export interface OpenedPage {
  readonly values: number
  /** Unpacks it if it is wanted. */
  page(): (DataPage & { readonly bytes: number }) | undefined
}

/** The pages of data of a column in order, its dictionary at hand. */
export function* openedPages(
  column: PackedColumn,
  isWanted: (start: number, end: number) => boolean
): Generator<OpenedPage> {
  const { meta, schemaPath, bytes, most, name } = column
  const element = schemaPath.at(-1)?.element
  if (element === undefined) return
  const pageColumn: PageColumn = { element, codec: meta.codec, ...levelsOf(column) }
  let dictionaryPage: PackedPage | undefined
  let dictionary: PageValues | undefined
  let start = 0
  for (const packed of packedPages(bytes, meta, most, name)) {
    if (packed.header.dictionary_page_header !== undefined) {
      dictionaryPage = packed
      continue
    }
    const end = start + packed.values
    const wanted = isWanted(start, end)
    yield {
      values: packed.values,
      page() {
        if (!wanted) return undefined
        if (dictionaryPage !== undefined) {
          const values = dictionaryValues(dictionaryPage, pageColumn)
          dictionary = values.length > mostKept ? values : new KeptValues(values)
          dictionaryPage = undefined
        }
        return {
          ...dataPage(packed, pageColumn, dictionary),
          bytes: packed.header.uncompressed_page_size
        }
      }
    }
    start = end
  }
}
