import { type Cell, quotedCell, unquotedCell } from './csv-cell.ts'
import type { CsvMarks } from './csv-marks.ts'

/** A record's cells and where the next begins; where the quoting went wrong; or that more text is needed to tell. */
export type RecordScan =
  | { readonly cells: readonly Cell[]; readonly next: number }
  | { readonly malformed: string; readonly at: number }
  | 'incomplete'

/** @param isLast nothing follows `text` */
export type RecordScanner = (text: string, start: number, isLast: boolean) => RecordScan

/** Scans one record character by character: the way that is always right, for records with quotes or escapes. */
export const recordScanner = (marks: CsvMarks): RecordScanner => {
  const { delimiter, recordEnd, takesReturn, quote } = marks
  const scanUnquoted = unquotedCell(marks)
  const scanQuoted = quote === undefined ? undefined : quotedCell(marks, quote)

  return (text, start, isLast) => {
    const cells: Cell[] = []
    for (let at = start; ; at += delimiter.length) {
      const isQuoted = quote !== undefined && text.startsWith(quote, at)
      const scan = (isQuoted && scanQuoted ? scanQuoted : scanUnquoted)(text, at, isLast)
      if (scan === 'incomplete' || 'malformed' in scan) return scan
      cells.push(scan.cell)
      at = scan.end
      if (text.startsWith(delimiter, at)) continue
      if (at >= text.length) return { cells, next: at }
      if (text.startsWith(recordEnd, at)) return { cells, next: at + recordEnd.length }
      if (takesReturn && text.startsWith('\r\n', at)) return { cells, next: at + 2 }
      return { malformed: 'text follows a closing quote', at }
    }
  }
}
