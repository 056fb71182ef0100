import { ChunkError } from './chunk-error.ts'
import { type ChunkFormatOption, csvMembers } from './chunk-format-option.ts'
import type { CsvDialect } from './csv-dialect.ts'
import type { Compression } from './decompress.ts'

export { type ChunkFormatOption, chunkFormatOption } from './chunk-format-option.ts'

/** How a chunk is read: every default filled in. */
export type ChunkFormat =
  | {
      readonly type: 'ndjson'
      readonly compression: Compression
      /** A longer line is rejected unread; by default what no row may exceed. */
      readonly maxLineBytes?: number
    }
  /** Lines of an export of DynamoDB. */
  | { readonly type: 'dynamodb_json'; readonly compression: Compression }
  | { readonly type: 'csv'; readonly compression: Compression; readonly dialect: CsvDialect }
  | { readonly type: 'parquet' }

const endings: Readonly<Record<string, ChunkFormat['type']>> = {
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'ndjson',
  csv: 'csv',
  tsv: 'csv',
  parquet: 'parquet',
  parq: 'parquet',
  pq: 'parquet'
}
const known = Object.keys(endings)
  .map((ending) => `.${ending}`)
  .join(', ')
const packings: Readonly<Record<string, Compression>> = {
  gz: 'gzip',
  gzip: 'gzip',
  zst: 'zstd',
  zstd: 'zstd'
}
const foreignPackings = ['bz2', 'br', 'deflate', 'raw_deflate', 'lzo', 'lz4', 'snappy', 'zip', 'xz']

/**
 * How to read a chunk, by its name and the bulk option `format`. The option wins; the name fills in what it leaves
 * open. A chunk packed otherwise than name or option say is refused when it is read.
 *
 * @param fileName the object's name, e.g. `data_0_0_0.csv.gz`; folders before it do no harm
 * @throws ChunkError when neither says what it is, or it is packed in a way that cannot be read
 */
export const chunkFormatOf = (fileName: string, option: ChunkFormatOption = {}): ChunkFormat => {
  const parts = fileName
    .slice(fileName.lastIndexOf('/') + 1)
    .toLowerCase()
    .split('.')
    .slice(1)
  const last = parts.at(-1) ?? ''
  // Parquet is packed inside and pandas names it so (`df.parquet.gzip`): the bytes tell whether it is packed again.
  const beforeLast = endings[parts.at(-2) ?? '']
  if (option.type === 'parquet' || (option.type === undefined && beforeLast === 'parquet' && isPacking(last)))
    return refuseCsvMembers(option, { type: 'parquet' })
  if (foreignPackings.includes(last) && option.compression === undefined)
    throw new ChunkError(`chunks ending in .${last} cannot be read: unload with COMPRESSION = GZIP`)
  const packing = packings[last]
  const ending = (packing === undefined ? parts.at(-1) : parts.at(-2)) ?? ''
  const type = option.type ?? endings[ending]

  if (type === undefined)
    throw new ChunkError(
      `the name of the chunk says no format: let it end in ${known}, the text formats also with .gz or .zst, ` +
        "or use option format: {'type': 'csv'}"
    )
  if (type === 'parquet') return refuseCsvMembers(option, { type })
  const compression = option.compression ?? packing ?? 'auto'
  if (type === 'ndjson' || type === 'dynamodb_json') return refuseCsvMembers(option, { type, compression })
  return { type, compression, dialect: dialectOf(option, ending === 'tsv' ? '\t' : ',') }
}

const isPacking = (ending: string): boolean => ending in packings || foreignPackings.includes(ending)

const refuseCsvMembers = (option: ChunkFormatOption, format: ChunkFormat): ChunkFormat => {
  const alien = csvMembers.find((name) => name in option)
  if (alien === undefined) return format
  throw new ChunkError(`option format: ${alien} is for CSV, and the chunk is ${format.type}`)
}

const dialectOf = (option: ChunkFormatOption, delimiter: string): CsvDialect => {
  const mark = (chosen: string | undefined, byDefault: string | undefined): string | undefined =>
    chosen === 'none' ? undefined : (chosen ?? byDefault)
  const quote = mark(option.quote, '"')
  // A quote as its own escape is RFC 4180, which is always read.
  const escapeQuoted = option.escape === quote ? undefined : mark(option.escape, undefined)
  return {
    header: option.header ?? true,
    skipHeader: option.skip_header,
    delimiter: mark(option.delimiter, delimiter),
    recordDelimiter: option.record_delimiter,
    quote,
    isQuoteAssumed: option.quote === undefined,
    isEscapeAssumed: option.escape === undefined && option.escape_unenclosed === undefined,
    escapeQuoted,
    escapeUnquoted: escapeQuoted ?? mark(option.escape_unenclosed, '\\'),
    nullIf: option.null_if ?? ['\\N'],
    emptyAsNull: option.empty_as_null ?? true
  }
}
