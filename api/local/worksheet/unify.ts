import { asVariant, castTo } from './casts.ts'
import { type DuckType, decimal, type Family, familyOf, scaleOf, snowflakeType } from './duck-type.ts'
import type { Sql } from './scope.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

const moments: readonly Family[] = ['date', 'timestamp', 'zoned', 'time']

const isNumeric = (value: Sql): boolean => /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value.literal ?? '')

/** Text literals beside dates or numbers are read as such; other text is not, because it may fail row by row. */
const readLiterals = (values: readonly Sql[]): readonly Sql[] => {
  const families = new Set(values.map((value) => familyOf(value.type)))
  const moment = moments.findLast((family) => families.has(family))
  const sample = values.find((value) => familyOf(value.type) === moment)
  return values.map((value) => {
    if (familyOf(value.type) !== 'text') return value
    if (sample) return castTo(value, { type: sample.type })
    if (families.has('number') && isNumeric(value)) {
      const text = (value.literal ?? '').trim()
      return { text, type: decimal(text.split('.')[1]?.length ?? 0) }
    }
    return value
  })
}

const commonType = (values: readonly Sql[]): DuckType => {
  const families = new Set(values.map((value) => familyOf(value.type)))
  families.delete('null')
  const [first = 'null'] = families
  const only = (...allowed: readonly Family[]): boolean => families.isSubsetOf(new Set(allowed))
  if (only('number')) return decimal(Math.max(...values.map((value) => scaleOf(value.type))))
  if (only('number', 'float')) return 'DOUBLE'
  const isFine = values.some((value) => value.type === 'TIMESTAMP_NS')
  if (families.has('timestamp') && only('date', 'timestamp')) return isFine ? 'TIMESTAMP_NS' : 'TIMESTAMP'
  if (only('date', 'timestamp', 'zoned')) return 'TIMESTAMP WITH TIME ZONE'
  if (families.size === 1 && first !== 'other') {
    return values.find((value) => familyOf(value.type) === first)?.type ?? 'VARCHAR'
  }
  const names = [...new Set(values.map((value) => snowflakeType(value.type)))].join(' and ')
  throw notSupported(`Mixing ${names} without a cast`)
}

/**
 * Brings the branches of a CASE, the arguments of COALESCE, the rows of VALUES or the sides of a UNION to one type,
 * as Snowflake does. DuckDB would round 1.4 beside a DECIMAL(38,0) and read text beside JSON as JSON.
 *
 * @throws WorksheetError when Snowflake would convert row by row, e.g. text and numbers.
 */
export const unify = (
  given: readonly Sql[]
): { readonly type: DuckType; readonly values: readonly Sql[] } => {
  const values = readLiterals(given)
  const families = new Set(values.map((value) => familyOf(value.type)))
  if (families.has('variant')) return { type: 'JSON', values: values.map(asVariant) }
  const types = new Set(values.map((value) => value.type).filter((type) => familyOf(type) !== 'null'))
  const [only] = types
  if (only === undefined) return { type: 'NULL', values }
  if (familyOf(only) === 'other') throw compilationError(`unexpected type ${only}`)
  const type = types.size === 1 ? only : commonType(values)
  return {
    type,
    values: values.map((value) =>
      value.type === type ? value : { text: `CAST(${value.text} AS ${type})`, type }
    )
  }
}

/** The two sides of a comparison, brought near enough for DuckDB to compare them as Snowflake does. */
export const comparable = (left: Sql, right: Sql): readonly [Sql, Sql] => {
  const [a = left, b = right] = readLiterals([left, right])
  const families = [familyOf(a.type), familyOf(b.type)] as const
  const plain: readonly Family[] = ['number', 'float']
  if (families[0] === families[1] || families.includes('null')) return [a, b]
  if (plain.includes(families[0]) && plain.includes(families[1])) return [a, b]
  const { values } = unify([a, b])
  return [values[0] ?? a, values[1] ?? b]
}
