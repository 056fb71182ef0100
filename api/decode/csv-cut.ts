import { ChunkError } from './chunk-error.ts'
import { type ChunkRow, maxRecordBytes } from './chunk-row.ts'
import { isNull } from './csv-cell.ts'
import type { Cell, CsvMarks } from './csv-marks.ts'
import { recordScanner } from './csv-record.ts'
import { recover } from './csv-recovery.ts'
import { type CsvColumns, unreadableRecord } from './csv-row.ts'
import type { CsvSigns } from './csv-signs.ts'
import { maxKeptBytes } from './kept-text.ts'

/** A row, or undefined for one that is counted only; and where in the text the next record begins. */
export interface CutRow {
  readonly row: ChunkRow | undefined
  readonly next: number
}

/** What is known of a chunk when its rows begin. */
export interface CutTerms {
  readonly marks: CsvMarks
  readonly columns: CsvColumns
  readonly signs: CsvSigns
  readonly from: number
}

/** Cuts the records of one text, in order; undefined when the next is not whole yet. */
export type RecordCutter = (start: number, rowNumber: number) => CutRow | undefined

/**
 * Cuts records off a text whose header is known. A line without quotes and escapes is split as it is, which is
 * several times faster than scanning it; all others are scanned.
 *
 * @param from rows below this number are not built
 * @param isLast nothing follows `text`
 */
export const recordCutter = (
  { marks, columns, signs, from }: CutTerms,
  text: string,
  isLast: boolean
): RecordCutter => {
  const { delimiter, recordEnd, takesReturn } = marks
  const scan = recordScanner(marks, signs)
  const scanAnew = recordScanner(marks)
  const special = [marks.quote, marks.escapeUnquoted].filter((mark) => mark !== undefined).map(seeker(text))

  const plainCells = (line: string): readonly Cell[] => {
    const cells: Cell[] = line.split(delimiter)
    for (let n = 0; n < cells.length; n += 1) if (isNull(cells[n] ?? '', marks)) cells[n] = null
    return cells
  }

  const badRow = (start: number, rowNumber: number, problem: string, at: number): CutRow | undefined => {
    const after = recover({ text, start, at, isLast }, marks, columns.count, scanAnew)
    if (after === undefined) return undefined
    const { next, spansLines } = after
    const line = withoutEnd(text.slice(start, next), marks)
    if (!spansLines && line.split(delimiter).length === columns.count) signs.brokenQuote(rowNumber)
    if (at >= text.length && spansLines && next - start > maxKeptBytes)
      throw new ChunkError(
        `row ${rowNumber} opens a quote that is not closed in the next ${next - start} bytes: ` +
          "close it, or use format quote: 'none' if the chunk was written without quotes"
      )
    const said = `the row is not CSV: ${problem}${spansLines ? ', over several lines' : ''}`
    const row = unreadableRecord(rowNumber, said, line)
    return { row: rowNumber < from ? undefined : row, next }
  }

  /** The lines in what is too long for a row may be rows themselves, so that one quote costs one row. */
  const firstLineOfTooLong = (start: number, rowNumber: number): CutRow => {
    const lastLine = text.lastIndexOf(recordEnd)
    const cut = lastLine > start ? badRow(start, rowNumber, 'a quote is not closed', lastLine) : undefined
    if (cut !== undefined && cut.next <= lastLine) return cut
    throw new ChunkError(
      `row ${rowNumber} is longer than ${maxRecordBytes} bytes: a quote is not closed, or format record_delimiter ` +
        'is another one'
    )
  }

  return (start, rowNumber) => {
    const found = text.indexOf(recordEnd, start)
    const lineEnd = found < 0 && isLast ? text.length : found
    if (lineEnd >= 0 && special.every((seek) => seek(start) >= lineEnd)) {
      const next = Math.min(text.length, lineEnd + recordEnd.length)
      const end = takesReturn && lineEnd > start && text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd
      const line = text.slice(start, end)
      const cells = plainCells(line)
      signs.unquoted(cells)
      return { row: rowNumber < from ? undefined : columns.toRow(rowNumber, cells, line), next }
    }
    const scanned = scan(text, start, isLast)
    if (scanned === 'incomplete' || 'malformed' in scanned) {
      if (scanned !== 'incomplete') {
        const cut = badRow(start, rowNumber, scanned.malformed, scanned.at)
        if (cut !== undefined) return cut
      }
      return text.length - start <= maxRecordBytes ? undefined : firstLineOfTooLong(start, rowNumber)
    }
    const { cells, next } = scanned
    if (rowNumber < from) return { row: undefined, next }
    return { row: columns.toRow(rowNumber, cells, withoutEnd(text.slice(start, next), marks)), next }
  }
}

/** Finds the next place of a mark at or after a position that only grows: each stretch is searched once. */
const seeker =
  (text: string) =>
  (mark: string): ((from: number) => number) => {
    let place = -1
    return (from) => {
      if (place < from) {
        const found = text.indexOf(mark, from)
        place = found < 0 ? Number.POSITIVE_INFINITY : found
      }
      return place
    }
  }

const withoutEnd = (record: string, { recordEnd, takesReturn }: CsvMarks): string => {
  const bare = record.endsWith(recordEnd) ? record.slice(0, -recordEnd.length) : record
  return takesReturn && bare.endsWith('\r') ? bare.slice(0, -1) : bare
}
