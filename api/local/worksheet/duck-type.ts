/** A DuckDB type by its name, e.g. `DECIMAL(38,2)`; `NULL` is the type of a bare NULL. */
export type DuckType = string

export type Family =
  | 'number'
  | 'float'
  | 'text'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'zoned'
  | 'variant'
  | 'binary'
  | 'interval'
  | 'null'
  | 'other'

const families: readonly (readonly [RegExp, Family])[] = [
  [/^(DECIMAL|(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$)/, 'number'],
  [/^(DOUBLE|FLOAT)$/, 'float'],
  [/^(VARCHAR|UUID)$/, 'text'],
  [/^BOOLEAN$/, 'boolean'],
  [/^DATE$/, 'date'],
  [/^TIME$/, 'time'],
  [/^TIMESTAMP(_S|_MS|_NS)?$/, 'timestamp'],
  [/^TIMESTAMP WITH TIME ZONE$/, 'zoned'],
  [/^JSON$/, 'variant'],
  [/^BLOB$/, 'binary'],
  [/^INTERVAL$/, 'interval'],
  [/^("?NULL"?)$/, 'null']
]

/** What kind of values a type holds; all of Snowflake's NUMBERs are one family. */
export const familyOf = (type: DuckType): Family =>
  families.find(([pattern]) => pattern.test(type))?.[1] ?? 'other'

/** Digits after the point of a number type. */
export const scaleOf = (type: DuckType): number => Number(/^DECIMAL\(\d+,\s*(\d+)\)/.exec(type)?.[1] ?? 0)

export const decimal = (scale: number): DuckType => `DECIMAL(38,${Math.min(scale, 38)})`

/** The type as Snowflake names it, for messages and DESC TABLE. */
export const snowflakeType = (type: DuckType): string => {
  const digits = /^DECIMAL\((\d+),\s*(\d+)\)/.exec(type)
  if (digits) return `NUMBER(${digits[1]},${digits[2]})`
  switch (familyOf(type)) {
    case 'number':
      return 'NUMBER(38,0)'
    case 'float':
      return 'FLOAT'
    case 'time':
      return 'TIME(9)'
    case 'timestamp':
      return type === 'TIMESTAMP' ? 'TIMESTAMP_NTZ(6)' : 'TIMESTAMP_NTZ(9)'
    case 'zoned':
      return 'TIMESTAMP_LTZ(9)'
    case 'variant':
      return 'VARIANT'
    case 'binary':
      return 'BINARY'
    default:
      return type
  }
}

/** The type as DESC TABLE says it, of a column that was declared as no more than that. */
export const shownType = (type: DuckType): string =>
  type === 'VARCHAR' ? 'VARCHAR(16777216)' : snowflakeType(type)
