import type { ColumnMetaData } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { ChunkError } from './chunk-error.ts'

/** What one page may take: it is unpacked whole, and its texts are copied. Writers make pages of 1 MB as a rule. */
export const mostUnpackedBytes = 128 * 1024 ** 2

/** No page header takes fewer bytes. */
const leastHeaderBytes = 8

/**
 * Looks at the headers of a column's pages before any page is unpacked: each tells how many values and bytes to make
 * room for, whatever the footer says.
 *
 * @param bytes of the column in this row group, from its first page on
 * @param most values that the column has by the footer
 * @param name of the column, for messages
 * @throws ChunkError when a page is larger than memory allows, or the pages claim more values than the column has
 */
export const checkPages = (
  bytes: DataView,
  { path_in_schema }: ColumnMetaData,
  most: number,
  name: string
): void => {
  const reader = { view: bytes, offset: 0 }
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
    reader.offset += packed
  }
}
