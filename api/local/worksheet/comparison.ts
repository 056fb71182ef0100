import { asText, asVariant, castTo } from './casts.ts'
import { familyOf } from './duck-type.ts'
import type { Sql } from './scope.ts'
import { comparable } from './unify.ts'

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

const boolean = (text: string): Sql => ({ text, type: 'BOOLEAN' })

const isVariant = (value: Sql): boolean => familyOf(value.type) === 'variant'

/** `left op right`. A VARIANT is compared as what it holds, never as its JSON text. */
export const compare = (operator: Comparison, left: Sql, right: Sql): Sql => {
  if (isVariant(left) || isVariant(right)) {
    return boolean(`(variant_compare(${asVariant(left).text}, ${asVariant(right).text}) ${operator} 0)`)
  }
  const [a, b] = comparable(left, right)
  return boolean(`(${a.text} ${operator} ${b.text})`)
}

/**
 * The other side of `operand = other`, when the operand needs no conversion and may thus be printed only once for
 * several comparisons.
 */
export const asOperand = (operand: Sql, other: Sql): Sql | undefined => {
  if (isVariant(operand) || isVariant(other)) return undefined
  const [a, b] = comparable(operand, other)
  return a.text === operand.text ? b : undefined
}

/** `IS [NOT] DISTINCT FROM`, EQUAL_NULL: NULL equals NULL. */
export const sameOrBothNull = (left: Sql, right: Sql): Sql => {
  const sides =
    isVariant(left) || isVariant(right) ? [asVariant(left), asVariant(right)] : comparable(left, right)
  return boolean(`(${sides.map((side) => side.text).join(' IS NOT DISTINCT FROM ')})`)
}

export const not = (value: Sql): Sql => boolean(`(NOT ${value.text})`)

export const anyOf = (values: readonly Sql[]): Sql =>
  boolean(`(${values.map((value) => value.text).join(' OR ')})`)

export const allOf = (values: readonly Sql[]): Sql =>
  boolean(`(${values.map((value) => value.text).join(' AND ')})`)

/** A condition: numbers are true unless zero, a VARIANT is cast. */
export const asCondition = (value: Sql): Sql =>
  familyOf(value.type) === 'boolean' ? value : castTo(value, { type: 'BOOLEAN' })

/** LIKE and ILIKE: no escape character unless one is given. */
export const like = (operator: 'LIKE' | 'ILIKE', value: Sql, pattern: Sql, escapeWith?: Sql): Sql =>
  boolean(
    `(${asText(value).text} ${operator} ${asText(pattern).text}${escapeWith ? ` ESCAPE ${escapeWith.text}` : ''})`
  )
