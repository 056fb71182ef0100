import type { StatementResult } from './statement-result.ts'
import { parseVariant, variantText } from './variant.ts'

const cell = (type: string, value: string | null): string => {
  if (value === null) return 'null'
  if (type === 'VARIANT') return variantText(parseVariant(value))
  if (type === 'BOOLEAN') return value.toLowerCase()
  const isNumber = /^(NUMBER|FLOAT)/.test(type) && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)
  return isNumber ? value : JSON.stringify(value)
}

/**
 * A result as one JSON array of row objects. Numbers keep all their digits, a VARIANT stands as the JSON it holds,
 * dates are text. A statement without rows gives one object with its status.
 */
export const rowsAsJson = (result: StatementResult): string => {
  if (result.status !== undefined) return JSON.stringify([{ status: result.status }])
  const rows = result.rows.map((row) => {
    const members = result.columns.map(
      (column, at) => `${JSON.stringify(column.name)}:${cell(column.type, row[at] ?? null)}`
    )
    return `{${members.join(',')}}`
  })
  return `[${rows.join(',\n ')}]`
}
