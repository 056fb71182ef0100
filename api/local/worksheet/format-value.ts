import type { DuckDBValue } from '@duckdb/node-api'
import { familyOf } from './duck-type.ts'
import type { Column } from './scope.ts'
import { parseVariant, prettyVariant } from './variant.ts'

/** How a column is read out of DuckDB so that its text is what Snowflake's client shows. */
export const readColumn = (column: Column, name: string): string => {
  switch (familyOf(column.type)) {
    case 'number':
      return `decimal_text(${name})`
    case 'float':
      return `float_text(${name})`
    case 'timestamp':
      return `timestamp_text(${name})`
    case 'zoned':
      return `zoned_text(${name})`
    case 'time':
      return `time_text(${name})`
    case 'date':
      return `date_text(${name})`
    case 'binary':
      return `hex(${name})`
    case 'boolean':
      return `upper(CAST(${name} AS VARCHAR))`
    default:
      return `CAST(${name} AS VARCHAR)`
  }
}

/** The text of one cell; VARIANTs are shown over several lines. */
export const shownValue = (column: Column, value: DuckDBValue | undefined): string | null => {
  if (value === null || value === undefined) return null
  const text = String(value)
  return familyOf(column.type) === 'variant' ? prettyVariant(parseVariant(text)) : text
}
