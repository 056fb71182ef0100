import type { StatementResult } from '../worksheet/statement-result.ts'
import { parseVariant, variantText } from '../worksheet/variant.ts'

/**
 * A result as CSV (RFC 4180): a line of names, one line a row. NULL is nothing, empty text `""`; a VARIANT stands as
 * JSON. A statement without rows gives its status.
 */
export const rowsAsCsv = ({ columns, rows, status }: StatementResult): string => {
  if (status !== undefined) return `status\n${cellOf(status)}`
  const lines = rows.map((row) =>
    columns
      .map(({ type }, at) => {
        const cell = row[at] ?? null
        if (cell === null) return ''
        return cellOf(type === 'VARIANT' ? variantText(parseVariant(cell)) : cell)
      })
      .join()
  )
  return [columns.map(({ name }) => cellOf(name)).join(), ...lines].join('\n')
}

const cellOf = (text: string): string =>
  text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
