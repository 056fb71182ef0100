import { ChunkError } from './chunk-error.ts'
import { type ChunkRow, maxRecordBytes, rowsPerPage } from './chunk-row.ts'
import { recordCutter } from './csv-cut.ts'
import { type CsvDialect, inLatin1 } from './csv-dialect.ts'
import { type CsvMarks, csvMarks } from './csv-marks.ts'
import { recordScanner } from './csv-record.ts'
import { type CsvColumns, csvColumns, headerNames } from './csv-row.ts'

/** EF BB BF, as Latin-1. */
const byteOrderMark = '\u00ef\u00bb\u00bf'

/**
 * Rows of a CSV chunk: a JsonObject each, whose cells are strings or null (typing is the plan's). Empty lines are
 * not rows, except where there is one column only. A record with other than the header's columns, with broken
 * quoting or not in UTF-8 is an unreadable row. A chunk without a byte has no rows; one with a header alone too.
 *
 * csv-parse was tried first: it knows no escapes outside quotes, which Snowflake writes by default, and replaces
 * bytes that are not UTF-8 instead of reporting them. It checks this reader in the tests.
 *
 * @param from rows below this number are counted and not built
 * @throws ChunkError when the header cannot be read or a record does not end within 16 MB
 */
export async function* csvRows(
  bytes: AsyncIterable<Buffer>,
  dialect: CsvDialect,
  from: number
): AsyncGenerator<readonly ChunkRow[]> {
  const cut = chunkCutter(dialect, from)
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
const chunkCutter = (dialect: CsvDialect, from: number) => {
  const marks = csvMarks(inLatin1(dialect))
  let columns = dialect.header === true ? undefined : csvColumns(dialect.header)
  let isFirst = true
  let rowNumber = 0

  return function* (text: string, isLast: boolean): Generator<readonly ChunkRow[], number> {
    if (isFirst && !isLast && text.length < byteOrderMark.length) return 0
    let at = isFirst && text.startsWith(byteOrderMark) ? byteOrderMark.length : 0
    if (columns === undefined) {
      at = afterEmptyLines(text, at, marks)
      const header = readHeader(text, at, isLast, marks)
      if (header === undefined) return 0
      columns = header.columns
      at = header.next
    }
    isFirst = false

    let page: ChunkRow[] = []
    const cutNext = recordCutter(marks, columns, from, text, isLast)
    for (;;) {
      if (columns.count > 1) at = afterEmptyLines(text, at, marks)
      const next = at < text.length ? cutNext(at, rowNumber) : undefined
      if (next === undefined) break
      at = next.next
      rowNumber += 1
      if (next.row === undefined) continue
      page.push(next.row)
      if (page.length < rowsPerPage) continue
      yield page
      page = []
    }
    if (page.length > 0) yield page
    return at
  }
}

const afterEmptyLines = (text: string, start: number, { recordEnd, takesReturn }: CsvMarks): number => {
  let at = start
  for (;;) {
    if (text.startsWith(recordEnd, at)) at += recordEnd.length
    else if (takesReturn && text.startsWith('\r\n', at)) at += 2
    else return at
  }
}

/** Undefined when the record is not whole, or when there is none at all. */
const readHeader = (
  text: string,
  start: number,
  isLast: boolean,
  marks: CsvMarks
): { readonly columns: CsvColumns; readonly next: number } | undefined => {
  if (start >= text.length) return undefined
  // A NULL marker or an empty cell in a header is a name like any other, or a missing one.
  const scanned = recordScanner({ ...marks, nullIf: [], emptyAsNull: false })(text, start, isLast)
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
  return { columns: csvColumns(headerNames(scanned.cells)), next: scanned.next }
}
