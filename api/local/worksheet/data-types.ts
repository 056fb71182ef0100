import type { DuckType } from './duck-type.ts'
import { list, type Tree, word } from './sql-tree.ts'
import { notSupported } from './worksheet-error.ts'

/** A Snowflake type: what holds it in DuckDB and what DuckDB does not check. */
export interface TargetType {
  readonly type: DuckType
  /** Characters of a VARCHAR(n). */
  readonly length?: number
  /** Which of VARIANT, OBJECT and ARRAY, all of them JSON in DuckDB. */
  readonly variant?: 'VARIANT' | 'OBJECT' | 'ARRAY'
}

const whole: TargetType = { type: 'DECIMAL(38,0)' }
const double: TargetType = { type: 'DOUBLE' }
const text: TargetType = { type: 'VARCHAR' }
/** Nanoseconds, which DuckDB holds from 1677 to 2262; a precision of six digits or fewer has no such bounds. */
const timestamp: TargetType = { type: 'TIMESTAMP_NS' }
const zoned: TargetType = { type: 'TIMESTAMP WITH TIME ZONE' }

/** https://docs.snowflake.com/en/sql-reference/intro-summary-data-types; TIMESTAMP is TIMESTAMP_NTZ by default. */
const types: Readonly<Record<string, TargetType>> = {
  NUMBER: whole,
  DECIMAL: whole,
  NUMERIC: whole,
  INT: whole,
  INTEGER: whole,
  BIGINT: whole,
  BIGINTEGER: whole,
  SMALLINT: whole,
  TINYINT: whole,
  BYTEINT: whole,
  BIG_INT: whole,
  SMALL_INT: whole,
  TINY_INT: whole,
  FLOAT: double,
  FLOAT4: double,
  FLOAT8: double,
  DOUBLE: double,
  DOUBLEPRECISION: double,
  REAL: double,
  VARCHAR: text,
  VAR_CHAR: text,
  STRING: text,
  TEXT: text,
  NVARCHAR: text,
  CHAR: { type: 'VARCHAR', length: 1 },
  CHARACTER: { type: 'VARCHAR', length: 1 },
  BOOLEAN: { type: 'BOOLEAN' },
  DATE: { type: 'DATE' },
  TIME: { type: 'TIME' },
  TIMESTAMP: timestamp,
  TIMESTAMPNTZ: timestamp,
  TIMESTAMP_NTZ: timestamp,
  DATETIME: timestamp,
  TIMESTAMPLTZ: zoned,
  TIMESTAMP_LTZ: zoned,
  BINARY: { type: 'BLOB' },
  VARBINARY: { type: 'BLOB' },
  VAR_BINARY: { type: 'BLOB' },
  VARIANT: { type: 'JSON', variant: 'VARIANT' },
  OBJECT: { type: 'JSON', variant: 'OBJECT' },
  ARRAY: { type: 'JSON', variant: 'ARRAY' }
}

/** The parser's data type, in any of its shapes, as ours. @throws WorksheetError for types we do not hold. */
export const targetType = (tree: Tree): TargetType => {
  const written = word(tree, 'data_type') === 'custom' ? word(tree, 'name') : word(tree, 'data_type')
  const [, name = '', digits = ''] = /^([^(]*)(?:\((.*)\))?/.exec(written.toUpperCase()) ?? []
  const key = tree.timezone === true ? 'TIMESTAMP_TZ' : name.trim().replaceAll(' ', '')
  const found = types[key]
  if (found === undefined || list(tree, 'fields').length > 0) throw notSupported(`The type ${key || written}`)
  const sizes = digits.split(',').filter(Boolean).map(Number)
  const precision = typeof tree.precision === 'number' ? tree.precision : sizes[0]
  const scale = typeof tree.scale === 'number' ? tree.scale : (sizes[1] ?? 0)
  const length = typeof tree.length === 'number' ? tree.length : sizes[0]
  if (found === whole && precision !== undefined) return { type: `DECIMAL(${precision},${scale})` }
  if (found === timestamp && (precision ?? 9) <= 6) return { type: 'TIMESTAMP' }
  if (found.type === 'VARCHAR' && length !== undefined) return { type: 'VARCHAR', length }
  return found
}
