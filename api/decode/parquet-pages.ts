import type { ColumnMetaData } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { ChunkError } from './chunk-error.ts'

/** What one page may take: it is unpacked whole. Writers make pages of 1 MB as a rule. */
export const mostUnpackedBytes = 128 * 1024 ** 2

/** No page header takes fewer bytes. */
const leastHeaderBytes = 8

export type PageHeader = ReturnType<typeof parquetHeader>

/** A page as it lies in the file. */
export interface PackedPage {
  readonly header: PageHeader
  readonly bytes: Uint8Array
  /** Of a page of data by its header; a dictionary has none. */
  readonly values: number
}

/**
 * The pages of a column in one row group. Each header is looked at before its page is unpacked: it tells how many
 * values and bytes to make room for, whatever the footer says.
 *
 * @param bytes of the column, from its first page on
 * @param most values that the column has by the footer
 * @param name of the column, for messages
 * @throws ChunkError when a page is larger than memory allows, or the pages claim more values than the column has
 */
export function* packedPages(
  bytes: Uint8Array,
  { path_in_schema }: ColumnMetaData,
  most: number,
  name: string
): Generator<PackedPage> {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  // A flat column is read as far as its rows go, a nested one to its end.
  const isFlat = path_in_schema.length === 1
  let values = 0
  while (!(isFlat && values >= most) && reader.offset + leastHeaderBytes < bytes.byteLength) {
    const header = parquetHeader(reader)
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header
    const data = header.data_page_header ?? header.data_page_header_v2
    const held = (data ?? header.dictionary_page_header)?.num_values ?? 0
    if (data) values += held
    if (held < 0 || packed < 0 || unpacked < 0 || values > most)
      throw new ChunkError(
        `a page of column ${name} claims ${held} values and ${unpacked} bytes, the column has ${most} values: it is damaged, unload or upload it again`
      )
    if (unpacked > mostUnpackedBytes)
      throw new ChunkError(
        `a page of column ${name} takes ${unpacked} bytes unpacked, and at most ${mostUnpackedBytes} are read: write smaller pages or row groups, or unload as NDJSON`
      )
    const end = reader.offset + packed
    if (end > bytes.byteLength) throw new Error(`a page of column ${name} is cut off`)
    yield { header, bytes: bytes.subarray(reader.offset, end), values: data ? held : 0 }
    reader.offset = end
  }
}
