import { quotedCell, unquotedCell } from './csv-cell.ts'
import type { Cell, CsvMarks } from './csv-marks.ts'
import type { CsvSigns } from './csv-signs.ts'

/** A record's cells and where the next begins; where the quoting went wrong; or that more text is needed to tell. */
export type RecordScan =
  | { readonly cells: readonly Cell[]; readonly next: number }
  | { readonly malformed: string; readonly at: number }
  | 'incomplete'

/** @param isLast nothing follows `text` */
export type RecordScanner = (text: string, start: number, isLast: boolean) => RecordScan

/**
 * Scans one record character by character: the way that is always right, for records with quotes or escapes.
 *
 * @param signs told what the cells show of their writer
 */
export const recordScanner = (marks: CsvMarks, signs?: CsvSigns): RecordScanner => {
  const { delimiter, recordEnd, takesReturn, quote } = marks
  const scanUnquoted = unquotedCell(marks, signs)
  const scanQuoted = quote === undefined ? undefined : quotedCell(marks, quote)
  const endsAt = (text: string, at: number): boolean =>
    at >= text.length || text.startsWith(recordEnd, at) || (takesReturn && text.startsWith('\r', at))

  return (text, start, isLast) => {
    const cells: Cell[] = []
    for (let at = start; ; at += delimiter.length) {
      const isQuoted = quote !== undefined && text.startsWith(quote, at)
      const scan = (isQuoted && scanQuoted ? scanQuoted : scanUnquoted)(text, at, isLast)
      if (scan === 'incomplete' || 'malformed' in scan) return scan
      cells.push(scan.cell)
      at = scan.end
      const goesOn = text.startsWith(delimiter, at)
      if (signs && (goesOn || !isQuoted || endsAt(text, at)))
        signs.cell(cells.length - 1, scan.cell, isQuoted)
      if (goesOn) continue
      if (at >= text.length) return { cells, next: at }
      if (text.startsWith(recordEnd, at)) return { cells, next: at + recordEnd.length }
      if (takesReturn && text.startsWith('\r\n', at)) return { cells, next: at + 2 }
      // The last line may have lost its line feed.
      if (takesReturn && isLast && text[at] === '\r' && at + 1 === text.length) return { cells, next: at + 1 }
      return { malformed: 'text follows a closing quote', at }
    }
  }
}
