import { asNumber, divide } from './arithmetic.ts'
import { asText, asVariant } from './casts.ts'
import { asCondition } from './comparison.ts'
import { decimal, familyOf, scaleOf } from './duck-type.ts'
import { checkCount } from './function-call.ts'
import { quoteText } from './identifiers.ts'
import type { Sql } from './scope.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** An aggregate or window call: its arguments, and the clauses that stand inside or after its parentheses. */
export interface AggregateCall {
  readonly name: string
  readonly values: readonly Sql[]
  readonly isStar: boolean
  readonly distinct: boolean
  readonly ignoreNulls: boolean
  /** ` ORDER BY …` of WITHIN GROUP, or nothing. */
  readonly order: string
  /** ` OVER (…)`, or nothing. */
  readonly over: string
  readonly typeOf: (expression: string) => Promise<string>
}

export type Aggregate = (call: AggregateCall) => Promise<Sql>

const none: Sql = { text: 'NULL', type: 'NULL' }

export const print = (call: AggregateCall, name: string, args: readonly string[]): string =>
  `${name}(${call.distinct ? 'DISTINCT ' : ''}${args.join(', ')}${call.order}${call.ignoreNulls ? ' IGNORE NULLS' : ''})${call.over}`

const only = (call: AggregateCall): Sql => {
  checkCount(call.name, call.values.length, 1)
  return call.values[0] ?? none
}

const asked = async (call: AggregateCall, name: string, value: Sql): Promise<string> =>
  call.typeOf(`${name}(CAST(NULL AS ${value.type === 'NULL' ? 'VARCHAR' : value.type}))`)

const summable = (call: AggregateCall): Sql => {
  const value = asNumber(only(call), call.name)
  if (familyOf(value.type) === 'float' || value.type.startsWith('DECIMAL')) return value
  return { text: `CAST(${value.text} AS ${decimal(0)})`, type: decimal(0) }
}

const sum: Aggregate = async (call) => {
  const value = summable(call)
  const total = print(call, 'sum', [value.text])
  if (familyOf(value.type) === 'float') return { text: total, type: 'DOUBLE' }
  const rough = print(call, 'sum', [`CAST(${value.text} AS DOUBLE)`])
  const type = await asked(call, 'sum', value)
  return { text: `checked_sum(${total}, ${rough}, 1e${38 - scaleOf(type)})`, type }
}

/** COUNT leaves out JSON null as it leaves out NULL. */
const countable = (value: Sql): string =>
  familyOf(value.type) === 'variant' ? `nullif(CAST(${value.text} AS VARCHAR), 'null')` : value.text

const count: Aggregate = async (call) => {
  if (call.isStar) return { text: `count(*)${call.over}`, type: 'BIGINT' }
  const [first, ...more] = call.values
  if (first === undefined) checkCount(call.name, 0, 1)
  if (more.length === 0) return { text: print(call, 'count', [countable(first ?? none)]), type: 'BIGINT' }
  const texts = call.values.map(countable)
  const anyNull = texts.map((text) => `${text} IS NULL`).join(' OR ')
  return {
    text: print(call, 'count', [`CASE WHEN NOT (${anyNull}) THEN (${texts.join(', ')}) END`]),
    type: 'BIGINT'
  }
}

const average: Aggregate = async (call) => {
  const value = summable(call)
  if (familyOf(value.type) === 'float') return { text: print(call, 'avg', [value.text]), type: 'DOUBLE' }
  const total = await sum(call)
  const rows: Sql = { text: `nullif(${print(call, 'count', [value.text])}, 0)`, type: 'BIGINT' }
  return divide(total, rows)
}

const ratioToReport: Aggregate = async (call) => {
  if (call.over === '') throw compilationError(`function [${call.name}] needs OVER`)
  const total = await sum(call)
  return divide(summable(call), { text: `nullif(${total.text}, 0)`, type: total.type })
}

const extreme =
  (name: 'min' | 'max' | 'any_value'): Aggregate =>
  async (call) => {
    const value = only(call)
    if (familyOf(value.type) === 'variant' && name !== 'any_value')
      throw notSupported(`${call.name} of a VARIANT without a cast`)
    return { text: print(call, name, [value.text]), type: value.type }
  }

const listAgg: Aggregate = async (call) => {
  checkCount(call.name, call.values.length, 1, 2)
  const [value = none, separator = { text: "''", type: 'VARCHAR', literal: '' }] = call.values
  if (separator.literal === undefined)
    throw notSupported(`${call.name} with a separator that is not written out`)
  const text = print(call, 'string_agg', [asText(value).text, quoteText(separator.literal)])
  return { text: `coalesce(${text}, '')`, type: 'VARCHAR' }
}

/** Leaves out NULLs. The array's text is put together from its items', so that no digit is lost. */
const arrayAgg: Aggregate = async (call) => {
  const text = print(call, 'string_agg', [`CAST(${asVariant(only(call)).text} AS VARCHAR)`, "','"])
  return { text: `CAST('[' || coalesce(${text}, '') || ']' AS JSON)`, type: 'JSON' }
}

const objectAgg: Aggregate = async (call) => {
  checkCount(call.name, call.values.length, 2)
  const [key = none, value = none] = call.values
  const pair = `CAST(to_json(${asText(key).text}) AS VARCHAR) || ':' || CAST(${asVariant(value).text} AS VARCHAR)`
  const text = print(call, 'string_agg', [pair, "','"])
  return { text: `variant_object_checked('{' || coalesce(${text}, '') || '}')`, type: 'JSON' }
}

const onCondition =
  (name: string, type: string): Aggregate =>
  async (call) => ({ text: print(call, name, [asCondition(only(call)).text]), type })

/** A count is never NULL, and DuckDB's `count_if` is over no rows and over NULLs. */
const countIf: Aggregate = async (call) => ({
  text: print(call, 'count', [
    `CASE WHEN ${asCondition(only(call)).text} THEN ${call.distinct ? 'TRUE' : '1'} END`
  ]),
  type: 'BIGINT'
})

const onDouble =
  (name: string): Aggregate =>
  async (call) => ({
    text: print(call, name, [`CAST(${asNumber(only(call), call.name).text} AS DOUBLE)`]),
    type: 'DOUBLE'
  })

const by =
  (name: 'arg_min' | 'arg_max'): Aggregate =>
  async (call) => {
    checkCount(call.name, call.values.length, 2)
    const [value = none, key = none] = call.values
    if (familyOf(key.type) === 'variant') throw notSupported(`${call.name} by a VARIANT without a cast`)
    return { text: print(call, `${name}_null`, [value.text, key.text]), type: value.type }
  }

export const aggregates: Readonly<Record<string, Aggregate>> = {
  COUNT: count,
  SUM: sum,
  AVG: average,
  MIN: extreme('min'),
  MAX: extreme('max'),
  ANY_VALUE: extreme('any_value'),
  COUNT_IF: countIf,
  BOOLAND_AGG: onCondition('bool_and', 'BOOLEAN'),
  BOOLOR_AGG: onCondition('bool_or', 'BOOLEAN'),
  LISTAGG: listAgg,
  ARRAY_AGG: arrayAgg,
  OBJECT_AGG: objectAgg,
  STDDEV: onDouble('stddev_samp'),
  STDDEV_SAMP: onDouble('stddev_samp'),
  STDDEV_POP: onDouble('stddev_pop'),
  VARIANCE: onDouble('var_samp'),
  VAR_SAMP: onDouble('var_samp'),
  VAR_POP: onDouble('var_pop'),
  MIN_BY: by('arg_min'),
  MAX_BY: by('arg_max'),
  RATIO_TO_REPORT: ratioToReport
}
