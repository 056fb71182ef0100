import { rowsAsJson } from '../worksheet/rows-as-json.ts'
import type { StatementResult } from '../worksheet/statement-result.ts'
import { printTable } from './print-table.ts'
import type { ResultFormat } from './result-format.ts'
import { rowsAsCsv } from './rows-as-csv.ts'
import { visibleJson, visibleLines } from './visible.ts'

/** How results are shown. */
export interface ResultView {
  readonly format: ResultFormat
  /** Rows of a table that a terminal shows at most. */
  readonly mostRows: number
}

/** The stream that results go to: a terminal has a width, and is sent nothing that commands it. */
interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
}

const usualColumns = 80

/** A result as text without its last line end. */
export const resultText = (
  result: StatementResult,
  { format, mostRows }: ResultView,
  { isTTY = false, columns }: Output
): string => {
  if (format === 'json') return visibleJson(rowsAsJson(result))
  if (format === 'csv') return isTTY ? visibleLines(rowsAsCsv(result)) : rowsAsCsv(result)
  return printTable(
    result,
    isTTY
      ? { width: columns || usualColumns, mostRows }
      : { width: undefined, mostRows: Number.POSITIVE_INFINITY }
  )
}
