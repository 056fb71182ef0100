import type { ColumnMetaData, FileMetaData } from 'hyparquet'

/** A dictionary page's header takes no more: the fence that Arrow and Impala use. */
const mostHeaderBytes = 100n

/**
 * parquet-mr before 1.2.9 (and where it names no version) leaves the header of the dictionary page out of
 * `total_compressed_size`, so that a column reads as cut off. https://issues.apache.org/jira/browse/PARQUET-816
 */
export const lacksDictionaryHeader = ({ created_by: writer = '' }: FileMetaData): boolean => {
  const [isParquetMr, ...parts] =
    /^parquet-mr(?: version ([0-9]+)\.([0-9]+)(?:\.([0-9]+))?.*)?$/.exec(writer) ?? []
  return (
    isParquetMr !== undefined && parts.reduce((sum, part) => sum * 1000 + Number(part ?? 0), 0) < 1_002_009
  )
}

/**
 * The column with room for that header, as far as the file goes. For flat columns only: they are read up to their
 * last row and not beyond. A nested one is read to its end, so it stays cut off, which the reader reports.
 */
export const withDictionaryHeader = (column: ColumnMetaData, byteLength: number): ColumnMetaData => {
  const start = column.dictionary_page_offset || column.data_page_offset
  const rest = BigInt(byteLength) - start - column.total_compressed_size
  const room = rest < mostHeaderBytes ? rest : mostHeaderBytes
  return room <= 0n ? column : { ...column, total_compressed_size: column.total_compressed_size + room }
}
