import { asNumber, divide, modulo } from './arithmetic.ts'
import { asText } from './casts.ts'
import { allOf, asCondition, asOperand, compare, sameOrBothNull } from './comparison.ts'
import { familyOf } from './duck-type.ts'
import { counted, type SpecialFunction } from './function-call.ts'
import type { Sql } from './scope.ts'
import { unify } from './unify.ts'
import { notSupported } from './worksheet-error.ts'

const none: Sql = { text: 'NULL', type: 'NULL' }
const zero: Sql = { text: '0', type: 'INTEGER' }

/** CASE over conditions already compiled, its branches brought to one type. */
export const choose = (branches: readonly (readonly [Sql, Sql])[], otherwise: Sql): Sql => {
  const { type, values } = unify([...branches.map(([, value]) => value), otherwise])
  const whens = branches.map(([condition], at) => `WHEN ${condition.text} THEN ${values[at]?.text ?? 'NULL'}`)
  return { text: `CASE ${whens.join(' ')} ELSE ${values.at(-1)?.text ?? 'NULL'} END`, type }
}

/**
 * CASE operand WHEN …. The operand is printed once where it can be, because it may be a random number.
 */
export const chooseByValue = (
  operand: Sql,
  branches: readonly (readonly [Sql, Sql])[],
  otherwise: Sql
): Sql => {
  const pairs = branches.map(([search]) => asOperand(operand, search))
  if (pairs.some((pair) => pair === undefined)) {
    return choose(
      branches.map(([search, value]) => [compare('=', operand, search), value]),
      otherwise
    )
  }
  const { type, values } = unify([...branches.map(([, value]) => value), otherwise])
  const whens = pairs.map((search, at) => `WHEN ${search?.text} THEN ${values[at]?.text ?? 'NULL'}`)
  return { text: `CASE ${operand.text} ${whens.join(' ')} ELSE ${values.at(-1)?.text ?? 'NULL'} END`, type }
}

const coalesce: SpecialFunction = async (call) => {
  const { type, values } = unify(await counted(call, 1, call.name === 'COALESCE' ? 100 : 2))
  return { text: `coalesce(${values.map((value) => value.text).join(', ')})`, type }
}

const iff: SpecialFunction = async (call) => {
  const [condition = none, yes = none, no = none] = await counted(call, 3)
  return choose([[asCondition(condition), yes]], no)
}

const nvl2: SpecialFunction = async (call) => {
  const [value = none, yes = none, no = none] = await counted(call, 3)
  return choose([[{ text: `${value.text} IS NOT NULL`, type: 'BOOLEAN' }, yes]], no)
}

const isConstant = (value: Sql): boolean => value.literal !== undefined || /^[\d.]+$/.test(value.text)

/** DECODE compares NULL with NULL as equal. */
const decode: SpecialFunction = async (call) => {
  const [value = none, ...rest] = await counted(call, 3, 255)
  const branches: (readonly [Sql, Sql])[] = []
  const searches: Sql[] = []
  while (rest.length >= 2) {
    const [search = none, result = none] = rest.splice(0, 2)
    searches.push(search)
    branches.push([sameOrBothNull(value, search), result])
  }
  const otherwise = rest[0] ?? none
  if (searches.every(isConstant))
    return chooseByValue(
      value,
      searches.map((search, at) => [search, branches[at]?.[1] ?? none]),
      otherwise
    )
  return choose(branches, otherwise)
}

const nullIf: SpecialFunction = async (call) => {
  const [value = none, other = none] = await counted(call, 2)
  return choose(
    [
      [
        compare('=', value, other),
        { text: `CAST(NULL AS ${value.type === 'NULL' ? 'VARCHAR' : value.type})`, type: value.type }
      ]
    ],
    value
  )
}

const extreme =
  (name: 'greatest' | 'least'): SpecialFunction =>
  async (call) => {
    const { type, values } = unify(await counted(call, 1, 100))
    if (familyOf(type) === 'variant') throw notSupported(`${call.name} of a VARIANT`)
    const texts = values.map((value) => value.text)
    if (call.name.endsWith('_IGNORE_NULLS')) return { text: `${name}(${texts.join(', ')})`, type }
    // DuckDB skips NULLs here, Snowflake does not.
    const anyNull = texts.map((text) => `${text} IS NULL`).join(' OR ')
    return { text: `CASE WHEN ${anyNull} THEN NULL ELSE ${name}(${texts.join(', ')}) END`, type }
  }

const concat: SpecialFunction = async (call) => {
  const values = await counted(call, 1, 255)
  return { text: `(${values.map((value) => asText(value).text).join(' || ')})`, type: 'VARCHAR' }
}

/** NULL when any argument is NULL, where DuckDB skips it. */
const concatWs: SpecialFunction = async (call) => {
  const [separator = none, ...values] = (await counted(call, 2, 255)).map(asText)
  const texts = values.map((value) => value.text)
  return { text: `(${texts.join(` || ${separator.text} || `)})`, type: 'VARCHAR' }
}

/** A divisor of zero gives zero. */
const div0: SpecialFunction = async (call) => {
  const [top = none, bottom = none] = await counted(call, 2)
  const isZero = compare('=', bottom, zero)
  const nullsToo: Sql = { text: `(${bottom.text} IS NULL OR ${isZero.text})`, type: 'BOOLEAN' }
  const condition = call.name === 'DIV0NULL' ? nullsToo : isZero
  const isKnown: Sql = { text: `${top.text} IS NOT NULL`, type: 'BOOLEAN' }
  return choose([[allOf([condition, isKnown]), zero]], divide(top, bottom))
}

const zeroIfNull: SpecialFunction = async (call) => {
  const [value = none] = await counted(call, 1)
  const { type, values } = unify([asNumber(value, call.name), zero])
  return { text: `coalesce(${values.map((part) => part.text).join(', ')})`, type }
}

const nullIfZero: SpecialFunction = async (call) => {
  const [given = none] = await counted(call, 1)
  const value = asNumber(given, call.name)
  return { text: `nullif(${value.text}, CAST(0 AS ${value.type}))`, type: value.type }
}

const mod: SpecialFunction = async (call) => {
  const [top = none, bottom = none] = await counted(call, 2)
  return modulo(top, bottom)
}

const equalNull: SpecialFunction = async (call) => {
  const [left = none, right = none] = await counted(call, 2)
  return sameOrBothNull(left, right)
}

export const conditionalFunctions: Readonly<Record<string, SpecialFunction>> = {
  COALESCE: coalesce,
  NVL: coalesce,
  IFNULL: coalesce,
  NVL2: nvl2,
  IFF: iff,
  DECODE: decode,
  NULLIF: nullIf,
  GREATEST: extreme('greatest'),
  LEAST: extreme('least'),
  GREATEST_IGNORE_NULLS: extreme('greatest'),
  LEAST_IGNORE_NULLS: extreme('least'),
  CONCAT: concat,
  CONCAT_WS: concatWs,
  DIV0: div0,
  DIV0NULL: div0,
  ZEROIFNULL: zeroIfNull,
  NULLIFZERO: nullIfZero,
  EQUAL_NULL: equalNull,
  MOD: mod
}
