import type { CsvMarks } from './csv-marks.ts'
import type { RecordScanner } from './csv-record.ts'

/**
 * Where to go on after a record whose quoting is broken, seen at `at`.
 *
 * A quote that is not closed reaches into the lines after it. If each of these lines has a row's columns by itself, the
 * first line alone is bad. Else they may be text of the bad row, and text must never be taken for rows: all of it
 * is one bad row, up to the end of the line where the trouble was seen. A single column proves nothing.
 *
 * @returns the position after the bad row, or undefined when the end of that line is not in `text` yet
 */
export const recover = (
  { text, start, at, isLast }: { text: string; start: number; at: number; isLast: boolean },
  { recordEnd, delimiter }: CsvMarks,
  columns: number,
  scan: RecordScanner
): { readonly next: number; readonly spansLines: boolean } | undefined => {
  const afterLine = (from: number): number | undefined => {
    const end = text.indexOf(recordEnd, from)
    return end >= 0 ? end + recordEnd.length : isLast ? text.length : undefined
  }
  const next = afterLine(at)
  if (next === undefined) return undefined
  const second = afterLine(start) ?? next
  if (columns > 1 && second < next) {
    let line = second
    while (line < next) {
      const end = afterLine(line) ?? next
      if (columnsOf(text.slice(line, end), delimiter, scan) !== columns) break
      line = end
    }
    if (line >= next) return { next: second, spansLines: false }
  }
  return { next, spansLines: second < next }
}

/** A line with broken quotes of its own is taken for the row it was meant to be: its delimiters tell. */
const columnsOf = (line: string, delimiter: string, scan: RecordScanner): number => {
  const row = scan(line, 0, true)
  return row !== 'incomplete' && 'cells' in row ? row.cells.length : line.split(delimiter).length
}
