import type { CompressionCodec, SchemaElement } from 'hyparquet'
import { decompressPage } from 'hyparquet/src/datapage.js'
import { parquetCodecs } from './parquet-codecs.ts'
import { encodedValues } from './parquet-encodings.ts'
import { readHybrid } from './parquet-hybrid.ts'
import { type PageValues, plainValues } from './parquet-page-values.ts'
import type { PackedPage } from './parquet-pages.ts'

/** What the pages of a column have in common. */
export interface PageColumn {
  readonly element: SchemaElement
  readonly codec: CompressionCodec
  readonly mostDefinition: number
  readonly mostRepetition: number
}

/** A page of data, unpacked. */
export interface DataPage {
  /** One for each entry, NULLs and empty lists included; absent where every entry is a value. */
  readonly definition: Uint8Array | undefined
  readonly repetition: Uint8Array | undefined
  /** Where value n stands in `values`; absent where it is n. */
  readonly places: Int32Array | undefined
  readonly values: PageValues
  readonly count: number
}

/** @throws Error when the page is damaged */
export const dictionaryValues = ({ header, bytes }: PackedPage, { element, codec }: PageColumn): PageValues =>
  plainValues(
    element,
    decompressPage(bytes, header.uncompressed_page_size, codec, parquetCodecs),
    header.dictionary_page_header?.num_values ?? 0
  )

/**
 * Unpacks a page of data, of version 1 or 2.
 *
 * Layout: https://parquet.apache.org/docs/file-format/data-pages/
 *
 * @throws Error when the page is damaged, or of a kind or encoding that is not known
 */
export const dataPage = (
  page: PackedPage,
  column: PageColumn,
  dictionary: PageValues | undefined
): DataPage => {
  const { header, values: entries } = page
  const { encoding } = header.data_page_header ?? header.data_page_header_v2 ?? {}
  if (encoding === undefined) throw new Error(`its page type ${header.type} is not known`)
  if (entries === 0) return { ...empty, values: none }
  const { definition, repetition, body } = header.data_page_header
    ? firstForm(page, column)
    : secondForm(page, column)
  const values = definition === undefined ? entries : countOf(definition, column.mostDefinition)
  const levels = {
    count: entries,
    definition: values === entries && repetition === undefined ? undefined : definition,
    repetition
  }
  if (values === 0) return { ...levels, places: undefined, values: none }
  if (!encoding.endsWith('_DICTIONARY'))
    return { ...levels, places: undefined, values: encodedValues(encoding, column.element, body, values) }
  if (dictionary === undefined) throw new Error('a page has lost its dictionary')
  return { ...levels, places: placesIn(dictionary, body, values), values: dictionary }
}

const none: PageValues = { length: 0, at: () => undefined }
const empty = { count: 0, definition: undefined, repetition: undefined, places: undefined }

const countOf = (levels: Uint8Array, most: number): number => {
  let count = 0
  for (let n = 0; n < levels.length; n += 1) if (levels[n] === most) count += 1
  return count
}

interface Unpacked {
  readonly definition: Uint8Array | undefined
  readonly repetition: Uint8Array | undefined
  readonly body: Uint8Array
}

/** Levels are packed with the values, and say how long they are. */
const firstForm = ({ header, bytes, values }: PackedPage, column: PageColumn): Unpacked => {
  const page = decompressPage(bytes, header.uncompressed_page_size, column.codec, parquetCodecs)
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  let at = 0
  const levels = (most: number): Uint8Array | undefined => {
    if (most === 0) return undefined
    const start = at + 4
    at = start + view.getUint32(at, true)
    return levelsIn(page, { start, end: at, most, values })
  }
  const repetition = levels(column.mostRepetition)
  const definition = levels(column.mostDefinition)
  return { repetition, definition, body: page.subarray(at) }
}

/** Levels lie before the packed values, and the header says how long they are. */
const secondForm = ({ header, bytes, values }: PackedPage, column: PageColumn): Unpacked => {
  const said = header.data_page_header_v2
  const repetitionEnd = said?.repetition_levels_byte_length ?? 0
  const levelsEnd = repetitionEnd + (said?.definition_levels_byte_length ?? 0)
  const unpackedBytes = header.uncompressed_page_size - levelsEnd
  if (repetitionEnd < 0 || levelsEnd < repetitionEnd || levelsEnd > bytes.length || unpackedBytes < 0)
    throw new Error(`the levels of a page take ${levelsEnd} of its bytes`)
  const packed = bytes.subarray(levelsEnd)
  const { mostRepetition, mostDefinition, codec } = column
  return {
    repetition:
      mostRepetition === 0
        ? undefined
        : levelsIn(bytes, { start: 0, end: repetitionEnd, most: mostRepetition, values }),
    definition:
      mostDefinition === 0
        ? undefined
        : levelsIn(bytes, { start: repetitionEnd, end: levelsEnd, most: mostDefinition, values }),
    // A page without a value may be no stream of its codec.
    body:
      said?.is_compressed !== false && unpackedBytes > 0
        ? decompressPage(packed, unpackedBytes, codec, parquetCodecs)
        : packed
  }
}

interface LevelsAt {
  readonly start: number
  readonly end: number
  readonly most: number
  readonly values: number
}

const levelsIn = (page: Uint8Array, { start, end, most, values }: LevelsAt): Uint8Array => {
  const levels = new Uint8Array(values)
  readHybrid(page, { start, end, width: 32 - Math.clz32(most) }, levels)
  return levels
}

const placesIn = (dictionary: PageValues, body: Uint8Array, count: number): Int32Array => {
  const places = new Int32Array(count)
  readHybrid(body, { start: 1, end: body.length, width: body[0] ?? 0 }, places)
  for (let n = 0; n < count; n += 1)
    if ((places[n] ?? 0) >>> 0 >= dictionary.length)
      throw new Error('a page names values that its dictionary has not')
  return places
}
