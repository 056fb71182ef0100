import { JsonObject, type JsonValue } from '../../json/json-value.ts'
import type { StatementResult } from '../worksheet/statement-result.ts'
import { parseVariant, prettyVariant, variantText } from '../worksheet/variant.ts'
import { visible } from './visible.ts'
import { widthOf } from './width.ts'

/** A cell as the lines that it is shown in, not cut yet. */
export type CellLines = readonly string[]

/** A VARIANT that is all there is to see is shown over several lines when it holds more than one line's worth. */
const isWorthLines = (value: JsonValue, isOnlyRow: boolean, width: number): boolean => {
  if (!Array.isArray(value) && !(value instanceof JsonObject)) return false
  const isSmall =
    value instanceof JsonObject &&
    [...value].every(([, member]) => typeof member === 'string') &&
    value.size < 2
  return (isOnlyRow && !isSmall) || widthOf(variantText(value)) > width
}

/**
 * The cells of a result row by row: NULL is the word NULL, a VARIANT one line of JSON, or indented where it is the
 * only column.
 *
 * @param width columns that one cell has at most
 */
export const cellsOf = (
  { columns, rows }: Pick<StatementResult, 'columns' | 'rows'>,
  width: number
): readonly (readonly CellLines[])[] => {
  const linesOf = (type: string, cell: string | null): CellLines => {
    if (cell === null) return ['NULL']
    if (type !== 'VARIANT') return cell.split('\n').map(visible)
    const value = parseVariant(cell)
    const isIndented = columns.length === 1 && isWorthLines(value, rows.length === 1, width)
    return (isIndented ? prettyVariant(value) : variantText(value)).split('\n').map(visible)
  }
  return rows.map((row) => columns.map(({ type }, at) => linesOf(type, row[at] ?? null)))
}
