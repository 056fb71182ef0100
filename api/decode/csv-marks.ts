import { type CsvDialect, noMark } from './csv-dialect.ts'

export type Cell = string | null

/** What the scanners of cells look for, worked out once a chunk. */
export interface CsvMarks {
  readonly delimiter: string
  readonly recordEnd: string
  /** A carriage return before the line feed belongs to the record's end. */
  readonly takesReturn: boolean
  readonly quote: string | undefined
  readonly escapeQuoted: string | undefined
  readonly escapeUnquoted: string | undefined
  readonly nullIf: readonly string[]
  readonly emptyAsNull: boolean
  /** Characters after a position that may decide what stands there, such as a closing quote and a CRLF. */
  readonly lookAhead: number
  /**
   * An escape takes effect before a quote, an escape, a delimiter or a line end: the character it saves. Before
   * anything else it stands for itself (undefined), so that `C:\temp` and `\N` stay as they are.
   */
  readonly saved: (text: string, at: number) => string | undefined
}

export const csvMarks = (dialect: CsvDialect): CsvMarks => {
  const { delimiter = noMark, quote, escapeQuoted, escapeUnquoted, nullIf, emptyAsNull } = dialect
  const recordEnd = dialect.recordDelimiter ?? '\n'
  const special = [quote, escapeQuoted, escapeUnquoted, delimiter, recordEnd, '\n', '\r'].filter(
    (mark) => mark !== undefined
  )
  return {
    delimiter,
    recordEnd,
    takesReturn: dialect.recordDelimiter === undefined,
    quote,
    escapeQuoted,
    escapeUnquoted,
    nullIf,
    emptyAsNull,
    lookAhead: 2 * Math.max('\r\n'.length, ...special.map((mark) => mark.length)),
    saved: (text, at) => special.find((mark) => text.startsWith(mark, at))
  }
}
