import { add, divide, modulo, multiply, negate } from './arithmetic.ts'
import { asText, type CastMode, castTo } from './casts.ts'
import { asCondition } from './comparison.ts'
import type { Compiler } from './compiler.ts'
import { choose, chooseByValue } from './conditional-functions.ts'
import { targetType } from './data-types.ts'
import { partOf } from './date-functions.ts'
import { familyOf, snowflakeType } from './duck-type.ts'
import { callFunction } from './functions.ts'
import { binary, type Handler, unary } from './handler.ts'
import { quoteText } from './identifiers.ts'
import { column, literal, parameter } from './literals.ts'
import { arrayOf, objectConstant } from './object-construct.ts'
import { pathExpressions } from './path-expressions.ts'
import { predicates } from './predicates.ts'
import type { Sql } from './scope.ts'
import { child, list, nodeOf, type Tree, word } from './sql-tree.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

const none: Sql = { text: 'NULL', type: 'NULL' }

const caseOf: Handler = async (body, scope, compiler) => {
  const operand = body.operand ? await compiler.expression(body.operand, scope) : undefined
  const branches: (readonly [Sql, Sql])[] = []
  for (const pair of list(body, 'whens')) {
    const [when, then] = Array.isArray(pair) ? pair : []
    const condition = await compiler.expression(when, scope)
    const value = await compiler.expression(then, scope)
    branches.push([operand ? condition : asCondition(condition), value])
  }
  const otherwise = body.else_ ? await compiler.expression(body.else_, scope) : none
  return operand ? chooseByValue(operand, branches, otherwise) : choose(branches, otherwise)
}

const cast =
  (mode: CastMode): Handler =>
  async (body, scope, compiler) => {
    const value = await compiler.expression(body.this, scope)
    if (body.format) throw notSupported('CAST with FORMAT')
    if (mode === 'TRY_CAST' && !['text', 'null'].includes(familyOf(value.type))) {
      throw compilationError(`TRY_CAST takes text, not ${snowflakeType(value.type)}`)
    }
    return castTo(value, targetType(child(body, 'to') ?? {}), mode)
  }

const scalarQuery: Handler = async (body, scope, compiler) => {
  const { text, columns } = await compiler.query(body.this, scope)
  if (columns.length !== 1) throw compilationError('a scalar subquery has one column')
  return { text: `(${text})`, type: columns[0]?.type ?? 'VARCHAR' }
}

const interval: Handler = async (body) => {
  const { kind, body: value } = nodeOf(body.this)
  const text = kind === 'literal' ? word(value, 'value') : ''
  if (!/^\s*\d+\s+(year|quarter|month|week|day|hour|minute|second)s?\s*$/i.test(text))
    throw notSupported(`INTERVAL '${text}'`)
  return { text: `INTERVAL ${quoteText(text)}`, type: 'INTERVAL' }
}

const array: Handler = async (body, scope, compiler) => {
  const values: Sql[] = []
  for (const item of list(body, 'expressions')) values.push(await compiler.expression(item, scope))
  return arrayOf(values)
}

const extract: Handler = async (body, scope, compiler) => {
  const field = body.field
  const part = typeof field === 'string' ? field : Object.values((field ?? {}) as Tree).join('')
  return partOf(part, await compiler.expression(body.this, scope))
}

const handlers: Readonly<Record<string, Handler>> = {
  ...predicates,
  ...pathExpressions,
  literal,
  null: async () => none,
  boolean: async (body) => ({ text: String(body.value === true), type: 'BOOLEAN' }),
  column,
  parameter,
  compiled: async (body) => body.sql as Sql,
  paren: (body, scope, compiler) => compiler.expression(body.this, scope),
  neg: unary(negate),
  add: binary((left, right) => add('+', left, right)),
  sub: binary((left, right) => add('-', left, right)),
  mul: binary(multiply),
  div: binary(divide),
  mod: binary(modulo),
  concat: binary((left, right) => ({
    text: `(${asText(left).text} || ${asText(right).text})`,
    type: 'VARCHAR'
  })),
  case: caseOf,
  cast: cast('CAST'),
  try_cast: cast('TRY_CAST'),
  array_func: array,
  map_func: objectConstant,
  subquery: scalarQuery,
  select: (body, scope, compiler) => scalarQuery({ this: { select: body } }, scope, compiler),
  interval,
  extract,
  window_function: (body, scope, compiler) =>
    callFunction(body.this, { over: child(body, 'over') ?? {} }, scope, compiler),
  within_group: (body, scope, compiler) => callFunction({ within_group: body }, {}, scope, compiler),
  function: (body, scope, compiler) => callFunction({ function: body }, {}, scope, compiler),
  aggregate_function: (body, scope, compiler) =>
    callFunction({ aggregate_function: body }, {}, scope, compiler)
}

/** Kinds of node that are expressions, as opposed to names, types and clauses. */
export const isExpressionKind = (kind: string): boolean => kind in handlers

const shownNames: Readonly<Record<string, string>> = {
  named_argument: 'A named argument here',
  tuple: 'A list of values here',
  star: '* here',
  at_time_zone: 'AT TIME ZONE'
}

/** Compiles one expression to DuckDB SQL with its type. @throws WorksheetError for what we do not know, by name. */
export const expressionWith =
  (compiler: () => Compiler): Compiler['expression'] =>
  async (tree, scope) => {
    const { kind, body } = nodeOf(tree)
    const handler = handlers[kind]
    if (handler === undefined) throw notSupported(shownNames[kind] ?? kind.replaceAll('_', ' ').toUpperCase())
    return handler(body, scope, compiler())
  }
