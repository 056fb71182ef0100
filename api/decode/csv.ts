import { maxRowTextBytes } from '../json/long-text.ts'
import { ChunkError } from './chunk-error.ts'
import { type ChunkRow, keptOfLongRow, longRow, maxRecordBytes, rowsPerPage } from './chunk-row.ts'
import { type CutTerms, recordCutter } from './csv-cut.ts'
import { type CsvDialect, inLatin1 } from './csv-dialect.ts'
import { endsInReturns, readHeader, skipLines } from './csv-header.ts'
import { type CsvMarks, csvMarks } from './csv-marks.ts'
import { csvColumns } from './csv-row.ts'
import { csvSigns } from './csv-signs.ts'

/** EF BB BF, as Latin-1. */
const byteOrderMark = '\u00ef\u00bb\u00bf'

/** What the reading of a chunk is told and tells. */
export interface CsvReading {
  /** Rows below this number are counted and not built. */
  readonly from: number
  /** Told what was read in one of two ways that are both likely. */
  readonly warn?: ((warning: string) => void) | undefined
}

/**
 * Rows of a CSV chunk: a JsonObject each, whose cells are strings or null (typing is the plan's). Empty lines are
 * not rows, except where there is one column only. A record with other than the header's columns, with broken
 * quoting or not in UTF-8 is an unreadable row. A chunk without a byte has no rows; one with a header alone too.
 *
 * csv-parse was tried first: it knows no escapes outside quotes, which Snowflake writes by default, and replaces
 * bytes that are not UTF-8 instead of reporting them. It checks this reader in the tests.
 *
 * @throws ChunkError when the header cannot be read, a record does not end within 16 MB, or the chunk contradicts
 * what the format assumes
 */
export async function* csvRows(
  bytes: AsyncIterable<Buffer>,
  dialect: CsvDialect,
  reading: CsvReading
): AsyncGenerator<readonly ChunkRow[]> {
  const cut = chunkCutter(dialect, reading)
  let text = ''
  let parts: string[] = []
  let waiting = 0
  for await (const piece of bytes) {
    parts.push(piece.toString('latin1'))
    waiting += piece.length
    // A record that is not whole is looked at again when the text has doubled: long records stay linear.
    if (waiting < text.length && text.length + waiting <= maxRecordBytes) continue
    text += parts.join('')
    parts = []
    waiting = 0
    text = text.slice(yield* cut(text, false))
  }
  yield* cut(text + parts.join(''), true)
}

/** Cuts what is whole in a text into pages of rows and returns how much of it was used. */
const chunkCutter = (dialect: CsvDialect, reading: CsvReading) => {
  const begin = chunkStart(dialect, reading)
  let start: ChunkStart | undefined
  let rowNumber = 0
  /** Bytes of the chunk before the text at hand. */
  let before = 0

  return function* (text: string, isLast: boolean): Generator<readonly ChunkRow[], number> {
    let at = 0
    if (start === undefined) {
      start = begin(text, isLast)
      if (start === undefined) return 0
      at = start.next
    }
    const { terms } = start
    const place = { text, before, recordEnd: terms.marks.recordEnd }

    let page: ChunkRow[] = []
    const cutNext = recordCutter(terms, text, isLast)
    for (;;) {
      if (terms.columns.count > 1) at = afterEmptyLines(text, at, terms.marks)
      const next = at < text.length ? cutNext(at, rowNumber) : undefined
      if (next === undefined) break
      const row = next.row && rowOrTooLong(next.row, place, at, next.next)
      at = next.next
      rowNumber += 1
      if (row === undefined) continue
      page.push(row)
      if (page.length < rowsPerPage) continue
      yield page
      page = []
    }
    if (page.length > 0) yield page
    if (isLast && rowNumber === 0 && start.headerSpansLines)
      throw new ChunkError(
        'the header takes the whole chunk, over several lines: a quote in it is not closed, or format ' +
          'record_delimiter is another one'
      )
    before += at
    return at
  }
}

/** A row whose record is longer than any that becomes an item is set aside; the record is in the text from `start` on. */
const rowOrTooLong = (
  row: ChunkRow,
  { text, before, recordEnd }: { readonly text: string; readonly before: number; readonly recordEnd: string },
  start: number,
  next: number
): ChunkRow => {
  const end = text.startsWith(recordEnd, next - recordEnd.length) ? next - recordEnd.length : next
  if (end - start <= maxRowTextBytes || !('item' in row)) return row
  const head = Buffer.from(text.slice(start, start + 2 * keptOfLongRow), 'latin1')
  return longRow(row.rowNumber, [before + start, before + end], head)
}

/** What is known when the rows begin, and where they do. */
interface ChunkStart {
  readonly terms: CutTerms
  readonly next: number
  readonly headerSpansLines: boolean
}

/** Reads what precedes the rows: byte order mark, skipped lines, header. Undefined when more text is needed. */
const chunkStart = (dialect: CsvDialect, { from, warn = () => undefined }: CsvReading) => {
  const inBytes = inLatin1(dialect)
  const { header, skipHeader = 0 } = dialect
  const toSkip = header === true ? Math.max(0, skipHeader - 1) : skipHeader
  const termsOf = (marks: CsvMarks, names: readonly string[], isQuoteAssumed: boolean): CutTerms => {
    const columns = csvColumns(names)
    return { marks, columns, signs: csvSigns({ ...inBytes, isQuoteAssumed }, names, warn), from }
  }

  return (text: string, isLast: boolean): ChunkStart | undefined => {
    if (!isLast && text.length < byteOrderMark.length) return undefined
    const marks = marksOf(inBytes, text, isLast)
    if (marks === undefined) return undefined
    const first = text.startsWith(byteOrderMark) ? byteOrderMark.length : 0
    const at = toSkip === 0 ? first : skipLines(text, { start: first, lines: toSkip, isLast }, marks)
    if (at === undefined) return undefined
    if (header !== true)
      return { terms: termsOf(marks, header, dialect.isQuoteAssumed), next: at, headerSpansLines: false }
    const read = readHeader(text, afterEmptyLines(text, at, marks), isLast, marks)
    if (read === undefined) return undefined
    const { names, next, isQuoted, spansLines } = read
    // A writer that encloses names encloses cells.
    return {
      terms: termsOf(marks, names, dialect.isQuoteAssumed && !isQuoted),
      next,
      headerSpansLines: spansLines
    }
  }
}

const marksOf = (dialect: CsvDialect, text: string, isLast: boolean): CsvMarks | undefined => {
  const marks = csvMarks(dialect)
  if (!marks.takesReturn) return marks
  const inReturns = endsInReturns(text, marks, dialect.header === true, isLast)
  if (inReturns === undefined) return undefined
  return inReturns ? csvMarks({ ...dialect, recordDelimiter: '\r' }) : marks
}

const afterEmptyLines = (text: string, start: number, { recordEnd, takesReturn }: CsvMarks): number => {
  let at = start
  for (;;) {
    if (text.startsWith(recordEnd, at)) at += recordEnd.length
    else if (takesReturn && text.startsWith('\r\n', at)) at += 2
    else return at
  }
}
