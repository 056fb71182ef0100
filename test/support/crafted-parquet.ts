import type { FileMetaData } from 'hyparquet'
import { ByteWriter } from 'hyparquet-writer'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import { writeMetadata } from 'hyparquet-writer/src/metadata.js'

/** What a file of one column `n` says of itself, true or not. */
export interface CraftedParquet {
  /** Rows by the footer. */
  readonly rows: number
  readonly codec?: 'UNCOMPRESSED' | 'GZIP'
  /** INT32 unless said. */
  readonly type?: 'INT32' | 'BYTE_ARRAY'
  readonly isOptional?: boolean
  readonly pages: ReadonlyArray<{
    /** Values and unpacked bytes by the page's header. */
    readonly values: number
    readonly unpacked?: number
    readonly isV2?: boolean
    readonly encoding?: 'PLAIN' | 'DELTA_BYTE_ARRAY' | 'DELTA_LENGTH_BYTE_ARRAY'
    readonly bytes: Uint8Array
  }>
}

/** A Parquet file whose pages and headers are put together by hand, as no writer would. */
export const craftedParquet = ({
  rows,
  codec = 'UNCOMPRESSED',
  type = 'INT32',
  isOptional = false,
  pages
}: CraftedParquet): Uint8Array => {
  const writer = new ByteWriter()
  writer.appendUint32(0x31524150)
  for (const { values, unpacked, isV2 = false, encoding = 'PLAIN' as const, bytes } of pages) {
    const told = { encoding, num_values: values }
    writePageHeader(writer, {
      type: isV2 ? 'DATA_PAGE_V2' : 'DATA_PAGE',
      uncompressed_page_size: unpacked ?? bytes.length,
      compressed_page_size: bytes.length,
      ...(isV2
        ? {
            data_page_header_v2: {
              ...told,
              num_nulls: 0,
              num_rows: values,
              definition_levels_byte_length: 0,
              repetition_levels_byte_length: 0,
              is_compressed: codec !== 'UNCOMPRESSED'
            }
          }
        : {
            data_page_header: { ...told, definition_level_encoding: 'RLE', repetition_level_encoding: 'RLE' }
          })
    })
    writer.appendBytes(bytes)
  }
  const size = BigInt(writer.offset - 4)
  const metadata: FileMetaData = {
    version: 2,
    schema: [
      { name: 'root', num_children: 1 },
      { name: 'n', type, repetition_type: isOptional ? 'OPTIONAL' : 'REQUIRED' }
    ],
    num_rows: BigInt(rows),
    row_groups: [
      {
        columns: [
          {
            file_offset: 4n,
            meta_data: {
              type,
              encodings: ['PLAIN'],
              path_in_schema: ['n'],
              codec,
              num_values: BigInt(rows),
              total_uncompressed_size: size,
              total_compressed_size: size,
              data_page_offset: 4n
            }
          }
        ],
        total_byte_size: size,
        num_rows: BigInt(rows)
      }
    ],
    created_by: 'by hand',
    metadata_length: 0
  }
  writeMetadata(writer, metadata)
  writer.appendUint32(0x31524150)
  return new Uint8Array(writer.getBytes())
}
