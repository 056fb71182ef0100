import { ChunkError } from './chunk-error.ts'
import { maxRecordBytes } from './chunk-row.ts'
import type { CsvMarks } from './csv-marks.ts'
import { recordScanner } from './csv-record.ts'
import { headerNames } from './csv-row.ts'

export interface CsvHeader {
  readonly names: readonly string[]
  /** Where the record after it begins. */
  readonly next: number
  /** Its writer encloses cells. */
  readonly isQuoted: boolean
  /** A line end stands in it: in quotes that may not be closed, or because lines end otherwise. */
  readonly spansLines: boolean
}

/**
 * The header record at `start`; undefined when it is not whole, or when there is none at all.
 *
 * @param isLast nothing follows `text`
 * @throws ChunkError when it is no header
 */
export const readHeader = (
  text: string,
  start: number,
  isLast: boolean,
  marks: CsvMarks
): CsvHeader | undefined => {
  if (start >= text.length) return undefined
  let isQuoted = false
  const note = (_: number, __: unknown, inQuotes: boolean): void => {
    isQuoted ||= inQuotes
  }
  // A NULL marker or an empty cell in a header is a name like any other, or a missing one.
  const asNames = { ...marks, nullIf: [], emptyAsNull: false }
  const scan = recordScanner(asNames, {
    cell: note,
    unquoted: noSign,
    brokenQuote: noSign,
    backslashes: noSign
  })
  const scanned = scan(text, start, isLast)
  if (scanned === 'incomplete') {
    if (text.length <= maxRecordBytes) return undefined
    throw new ChunkError(
      `the header is longer than ${maxRecordBytes} bytes: a quote is not closed, or the chunk is not CSV`
    )
  }
  if ('malformed' in scanned)
    throw new ChunkError(
      `the header is not CSV (${scanned.malformed}): write the chunk again with HEADER = TRUE`
    )
  const { cells, next } = scanned
  const spansLines = /[\r\n]/.test(text.slice(start, next).trimEnd())
  return { names: headerNames(cells), next, isQuoted, spansLines }
}

const noSign = (): void => undefined

/**
 * Skips lines that are no rows; quotes do not matter to them, as in SKIP_HEADER.
 *
 * @returns where the line after the skipped ones begins and how many are still to be skipped, or undefined when
 * the next line end is not in `text` yet
 * @throws ChunkError when there are fewer lines, or one does not end
 */
export const skipLines = (
  text: string,
  { start, lines, isLast }: { readonly start: number; readonly lines: number; readonly isLast: boolean },
  { recordEnd }: CsvMarks
): number | undefined => {
  let at = start
  for (let skipped = 0; skipped < lines; skipped += 1) {
    const end = text.indexOf(recordEnd, at)
    if (end < 0 && !isLast) {
      if (text.length - at <= maxRecordBytes) return undefined
      throw new ChunkError(
        `a line to skip is longer than ${maxRecordBytes} bytes: record_delimiter is another one`
      )
    }
    if (end < 0 && (at >= text.length || skipped < lines - 1))
      throw new ChunkError(
        'the chunk has fewer lines than format skip_header skips: say how many lines are no rows'
      )
    at = end < 0 ? text.length : end + recordEnd.length
  }
  return at
}

/** So many characters without a line feed tell that lines end in carriage returns. */
const tellingLength = 64 * 1024

/**
 * Whether the lines of a text end in carriage returns alone, as on old Macs; undefined when more text is needed to
 * tell. Where a header is expected, a lone carriage return that ends it tells as well: names hold none.
 */
export const endsInReturns = (
  text: string,
  { quote }: CsvMarks,
  hasHeader: boolean,
  isLast: boolean
): boolean | undefined => {
  const feed = text.indexOf('\n')
  const firstReturn = text.indexOf('\r')
  if (feed < 0) {
    if (!isLast && text.length < tellingLength) return undefined
    return firstReturn >= 0
  }
  if (!hasHeader || firstReturn < 0 || firstReturn > feed) return false
  let inQuotes = false
  for (let at = 0; at < text.length; at += 1) {
    if (quote !== undefined && text.startsWith(quote, at)) inQuotes = !inQuotes
    else if (!inQuotes && text[at] === '\n') return false
    else if (!inQuotes && text[at] === '\r') return text[at + 1] !== '\n'
  }
  return false
}
