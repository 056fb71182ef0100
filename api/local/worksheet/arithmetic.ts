import { castTo } from './casts.ts'
import { quotientScale } from './decimal-division.ts'
import { decimal, type Family, familyOf, scaleOf, snowflakeType } from './duck-type.ts'
import type { Sql } from './scope.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** Snowflake has one integer type of 38 digits, DuckDB several that overflow. */
const asDecimal = (value: Sql): Sql => {
  if (value.type.startsWith('DECIMAL')) return value
  return { text: `CAST(${value.text} AS ${decimal(0)})`, type: decimal(0) }
}

const isNumber = (family: Family): boolean => family === 'number' || family === 'float' || family === 'null'

/** Both sides as numbers; text literals that are numbers are read as such. */
const operands = (left: Sql, right: Sql, operator: string): readonly [Sql, Sql] => {
  const [a, b] = [left, right].map((value) => {
    if (value.literal !== undefined && /^[+-]?\d+(\.\d+)?$/.test(value.literal)) {
      return { text: value.literal, type: decimal(value.literal.split('.')[1]?.length ?? 0) }
    }
    const family = familyOf(value.type)
    if (family === 'null') return { text: `CAST(NULL AS ${decimal(0)})`, type: decimal(0) }
    if (isNumber(family)) return family === 'number' ? asDecimal(value) : value
    throw notSupported(`${snowflakeType(value.type)} in ${operator} without a cast (e.g. ::NUMBER(38,2))`)
  })
  return [a ?? left, b ?? right]
}

const isFloat = (...values: readonly Sql[]): boolean =>
  values.some((value) => familyOf(value.type) === 'float')

/** Date and time arithmetic: days for dates, intervals for both. */
const moveMoment = (operator: '+' | '-', left: Sql, right: Sql): Sql | undefined => {
  const [a, b] = [familyOf(left.type), familyOf(right.type)]
  if (operator === '+' && (b === 'date' || b === 'timestamp' || b === 'zoned') && a !== b) {
    return moveMoment('+', right, left)
  }
  if (a === 'date' && b === 'number') {
    return { text: `(${left.text} ${operator} CAST(${right.text} AS INTEGER))`, type: 'DATE' }
  }
  if (a === 'date' && b === 'date' && operator === '-') {
    return { text: `(${left.text} - ${right.text})`, type: 'BIGINT' }
  }
  if (b === 'interval' && (a === 'timestamp' || a === 'zoned')) {
    const moved = `(${left.text} ${operator} ${right.text})`
    const isFine = left.type === 'TIMESTAMP_NS'
    return { text: isFine ? `with_nanoseconds(${moved}, ${left.text})` : moved, type: left.type }
  }
  if (b === 'interval' && a === 'date') {
    const isClock = /hour|minute|second/i.test(right.text)
    const text = `(${left.text} ${operator} ${right.text})`
    return isClock ? { text, type: 'TIMESTAMP' } : { text: `CAST(${text} AS DATE)`, type: 'DATE' }
  }
  if ([a, b].some((family) => ['date', 'time', 'timestamp', 'zoned', 'interval'].includes(family))) {
    throw compilationError(
      `Invalid argument types for function '${operator}': (${snowflakeType(left.type)}, ${snowflakeType(right.type)})`
    )
  }
  return undefined
}

export const add = (operator: '+' | '-', left: Sql, right: Sql): Sql => {
  const moved = moveMoment(operator, left, right)
  if (moved) return moved
  const [a, b] = operands(left, right, operator)
  const type = isFloat(a, b) ? 'DOUBLE' : decimal(Math.max(scaleOf(a.type), scaleOf(b.type)))
  return { text: `(${a.text} ${operator} ${b.text})`, type }
}

/** Scale of a product: the sum, but over twelve digits no more than the larger operand's. */
const productScale = (a: number, b: number): number => Math.min(a + b, Math.max(a, b, 12))

export const multiply = (left: Sql, right: Sql): Sql => {
  const [a, b] = operands(left, right, '*')
  if (isFloat(a, b)) return { text: `(${a.text} * ${b.text})`, type: 'DOUBLE' }
  const [scaleA, scaleB] = [scaleOf(a.type), scaleOf(b.type)]
  const type = decimal(productScale(scaleA, scaleB))
  const text = `(${a.text} * ${b.text})`
  return { text: type === decimal(scaleA + scaleB) ? text : `CAST(${text} AS ${type})`, type }
}

/** NUMBER / NUMBER is a NUMBER with six more digits: 1 / 3 is 0.333333. Division by zero is an error. */
export const divide = (left: Sql, right: Sql): Sql => {
  const [a, b] = operands(left, right, '/')
  if (isFloat(a, b)) return { text: `(${a.text} / nonzero(${b.text}))`, type: 'DOUBLE' }
  const scale = quotientScale(scaleOf(a.type))
  const quotient = `decimal_divide(CAST(${a.text} AS VARCHAR), CAST(${b.text} AS VARCHAR), ${scale})`
  return { text: `CAST(${quotient} AS ${decimal(scale)})`, type: decimal(scale) }
}

export const modulo = (left: Sql, right: Sql): Sql => {
  const [a, b] = operands(left, right, '%')
  const type = isFloat(a, b) ? 'DOUBLE' : decimal(Math.max(scaleOf(a.type), scaleOf(b.type)))
  return { text: `CAST(${a.text} % nonzero(${b.text}) AS ${type})`, type }
}

export const negate = (value: Sql): Sql => {
  const [number] = operands(value, value, '-')
  const isWhole = value.literal === undefined && familyOf(value.type) === 'number'
  return isWhole
    ? { text: `(-${value.text})`, type: value.type }
    : { text: `(-${number.text})`, type: number.type }
}

/** A number for a function that takes one: text literals are read, a VARIANT or other text must be cast. */
export const asNumber = (value: Sql, what: string): Sql => {
  const family = familyOf(value.type)
  if (family === 'boolean') return castTo(value, { type: decimal(0) })
  if (family === 'number' || family === 'float') return value
  return operands(value, value, what)[0]
}
