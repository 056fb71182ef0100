import { castTo } from './casts.ts'
import { familyOf, snowflakeType } from './duck-type.ts'
import type { Column, Sql } from './scope.ts'
import { compilationError } from './worksheet-error.ts'

/**
 * A value on its way into a column. A VARIANT loses its quotes on the way into text; other types do not become a
 * VARIANT by themselves.
 *
 * @throws WorksheetError in Snowflake's words.
 */
export const assignTo = (column: Column, value: Sql): Sql => {
  const [from, to] = [familyOf(value.type), familyOf(column.type)]
  if (from === 'null') return { text: `CAST(NULL AS ${column.type})`, type: column.type }
  const isRefused =
    (to === 'variant' && from !== 'variant') ||
    (from === 'number' && ['date', 'timestamp', 'zoned'].includes(to))
  if (isRefused) {
    throw compilationError(
      `Expression type does not match column data type, expecting ${snowflakeType(column.type)} but got ${snowflakeType(value.type)} for column ${column.name}`
    )
  }
  if (value.type === column.type) return value
  return castTo(value, { type: column.type, ...(to === 'variant' ? { variant: 'VARIANT' as const } : {}) })
}
