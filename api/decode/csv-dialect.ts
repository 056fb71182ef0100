/** How a CSV chunk was written, in the words of Snowflake's file formats. */
export interface CsvDialect {
  /** True: the first record, or the last of the skipped lines, holds the names. A list: the names themselves. */
  readonly header: true | readonly string[]
  /** SKIP_HEADER: so many lines at the start are no rows. Undefined: as `header` says. */
  readonly skipHeader: number | undefined
  /** Undefined (NONE): each record is one cell. */
  readonly delimiter: string | undefined
  /** Undefined: a line feed, with or without a carriage return before it. */
  readonly recordDelimiter: string | undefined
  /** FIELD_OPTIONALLY_ENCLOSED_BY. */
  readonly quote: string | undefined
  /** Nobody said what quotes and backslashes are: the chunk itself may contradict the default. */
  readonly isQuoteAssumed: boolean
  readonly isEscapeAssumed: boolean
  /** ESCAPE: inside quotes. A doubled quote stands for a quote whatever this is. */
  readonly escapeQuoted: string | undefined
  /** ESCAPE_UNENCLOSED_FIELD, or ESCAPE, which wins over it: outside quotes. */
  readonly escapeUnquoted: string | undefined
  /** NULL_IF: unquoted cells that are NULL. */
  readonly nullIf: readonly string[]
  /** EMPTY_FIELD_AS_NULL: an unquoted empty cell is NULL; a quoted one is always ''. */
  readonly emptyAsNull: boolean
}

/** A mark that no text has: chunks are searched as Latin-1. */
export const noMark = '\uffff'

/** The same marks, one character a byte: bytes are searched as Latin-1 text, so that a cut never splits a character. */
export const inLatin1 = (dialect: CsvDialect): CsvDialect => {
  const mark = <T extends string | undefined>(text: T): T | string =>
    text === undefined ? text : Buffer.from(text).toString('latin1')
  return {
    ...dialect,
    delimiter: mark(dialect.delimiter),
    recordDelimiter: mark(dialect.recordDelimiter),
    quote: mark(dialect.quote),
    escapeQuoted: mark(dialect.escapeQuoted),
    escapeUnquoted: mark(dialect.escapeUnquoted),
    nullIf: dialect.nullIf.map(mark)
  }
}
