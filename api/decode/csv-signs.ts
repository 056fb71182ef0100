import { ChunkError } from './chunk-error.ts'
import type { CsvDialect } from './csv-dialect.ts'
import type { Cell } from './csv-marks.ts'

/**
 * What a chunk shows about how it was written, where nobody said it: COPY encloses no cell by default and escapes with
 * backslashes, most other writers do the opposite. What the default reads otherwise than it was written must not
 * pass in silence.
 */
export interface CsvSigns {
  /** A cell that takes part in a row. Columns count from 0. */
  cell(column: number, cell: Cell, isQuoted: boolean): void
  /** Cells of a line without a quote. */
  unquoted(cells: readonly Cell[]): void
  /** A line that is a row of the right width if its quotes are text, and none if they are quotes. */
  brokenQuote(rowNumber: number): void
  /** Backslashes of one cell: they saved the character after them, or stood for themselves. */
  backslashes(seen: { readonly saved: boolean; readonly plain: boolean }): void
}

/**
 * @param names the columns', for messages
 * @param warn told once, when quotes were read as the format's own although they may be text
 *
 * The signs throw ChunkError when the chunk contradicts the default.
 */
export const csvSigns = (
  { isQuoteAssumed, isEscapeAssumed, delimiter = '', quote = '' }: CsvDialect,
  names: readonly string[],
  warn: (warning: string) => void
): CsvSigns => {
  const withoutNeed: boolean[] = []
  const bare: boolean[] = []
  let mixed: string | undefined
  const broken: number[] = []
  const seen = { saved: false, plain: false }

  const look = (column: number): void => {
    if (mixed === undefined && withoutNeed[column] && bare[column]) {
      mixed = names[column] ?? ''
      warn(
        `warning: column ${mixed} has cells in quotes and cells without; the quotes were read as the format's. ` +
          `If they are part of the values, ${quoteCure}`
      )
    }
    // One broken quote is a bad row; several beside such a column are text.
    if (mixed !== undefined && broken.length > 1)
      throw new ChunkError(
        `the quotes of column ${mixed} and of rows ${broken.join(' and ')} contradict each other: ${quoteCure} if the ` +
          `chunk was written without FIELD_OPTIONALLY_ENCLOSED_BY, or quote: '"' if these rows are bad CSV`
      )
  }
  const isNeedless = (cell: string): boolean =>
    isWord(cell) && ![delimiter, quote, '\n', '\r', '\\'].some((mark) => mark !== '' && cell.includes(mark))

  const bareCell = (column: number, cell: Cell): void => {
    if (bare[column] || cell === null || !isWord(cell)) return
    bare[column] = true
    look(column)
  }

  return {
    cell(column, cell, isQuoted) {
      if (!isQuoteAssumed) return
      if (!isQuoted) bareCell(column, cell)
      else if (!withoutNeed[column] && cell !== null && isNeedless(cell)) {
        withoutNeed[column] = true
        look(column)
      }
    },
    unquoted(cells) {
      if (isQuoteAssumed)
        for (let n = 0; n < cells.length; n += 1) if (!bare[n]) bareCell(n, cells[n] ?? null)
    },
    brokenQuote(rowNumber) {
      if (!isQuoteAssumed) return
      if (broken.length < 2 && broken.at(-1) !== rowNumber) broken.push(rowNumber)
      look(0)
    },
    backslashes({ saved, plain }) {
      if (!isEscapeAssumed) return
      seen.saved ||= saved
      seen.plain ||= plain
      if (seen.saved && seen.plain)
        throw new ChunkError(
          "backslashes of unquoted cells contradict each other: some escape, some do not. Say format escape_unenclosed_field: 'none' " +
            "if they are text, or '\\\\' if they escape"
        )
    }
  }
}

const quoteCure = "say format quote: 'none' and load again"

/** Words that writers treat apart from text, whatever they quote. */
const apart = /^(?:na|n\/a|nan|null|none|nil|true|false|inf|infinity)$/i

/** Text that begins with a letter: numbers, dates, NULL words and blanks say nothing about a writer's quotes. */
const isWord = (cell: string): boolean => {
  const code = cell.charCodeAt(0)
  return code >= 0x41 && code !== 0x5c && !cell.endsWith(' ') && !apart.test(cell)
}
