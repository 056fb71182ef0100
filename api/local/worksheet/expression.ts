import { add, divide, modulo, multiply, negate } from './arithmetic.ts'
import { asText, asVariant, type CastMode, castTo } from './casts.ts'
import {
  allOf,
  anyOf,
  asCondition,
  asOperand,
  type Comparison,
  compare,
  like,
  not,
  sameOrBothNull
} from './comparison.ts'
import type { Compiler } from './compiler.ts'
import { choose, chooseByValue } from './conditional-functions.ts'
import { targetType } from './data-types.ts'
import { partOf } from './date-functions.ts'
import { familyOf, snowflakeType } from './duck-type.ts'
import { callFunction } from './functions.ts'
import { identifier, quoteText } from './identifiers.ts'
import { arrayOf } from './object-construct.ts'
import { resolveColumn, type Scope, type Sql } from './scope.ts'
import { child, flag, list, nodeOf, type Tree, unknownParts, word } from './sql-tree.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

type Handler = (body: Tree, scope: Scope, compiler: Compiler) => Promise<Sql>

const none: Sql = { text: 'NULL', type: 'NULL' }

const sides = async (body: Tree, scope: Scope, compiler: Compiler): Promise<readonly [Sql, Sql]> => [
  await compiler.expression(body.left, scope),
  await compiler.expression(body.right, scope)
]

const binary =
  (make: (left: Sql, right: Sql) => Sql): Handler =>
  async (body, scope, compiler) =>
    make(...(await sides(body, scope, compiler)))

const comparison = (operator: Comparison): Handler => binary((left, right) => compare(operator, left, right))

const unary =
  (make: (value: Sql) => Sql): Handler =>
  async (body, scope, compiler) =>
    make(await compiler.expression(body.this, scope))

const literal: Handler = async (body) => {
  const value = word(body, 'value')
  switch (word(body, 'literal_type')) {
    case 'string':
    case 'dollar_string':
      return { text: quoteText(value), type: 'VARCHAR', literal: value }
    case 'number':
      if (/[eE]/.test(value)) return { text: value, type: 'DOUBLE' }
      return value.includes('.')
        ? { text: value, type: `DECIMAL(38,${value.split('.')[1]?.length ?? 0})` }
        : { text: value, type: value.length <= 9 ? 'INTEGER' : value.length <= 18 ? 'BIGINT' : 'HUGEINT' }
    case 'date':
      return { text: `DATE ${quoteText(value)}`, type: 'DATE' }
    case 'timestamp':
    case 'datetime':
      return castTo({ text: quoteText(value), type: 'VARCHAR', literal: value }, { type: 'TIMESTAMP' })
    case 'hex_string':
      return { text: `unhex(${quoteText(value)})`, type: 'BLOB' }
    default:
      throw notSupported(`The ${word(body, 'literal_type')} literal`)
  }
}

const column: Handler = async (body, scope) => {
  const [unknown] = unknownParts(body, ['name', 'table'])
  if (unknown) throw notSupported(`A column with ${unknown.toUpperCase()}`)
  const table = child(body, 'table')
  const name = identifier(child(body, 'name'))
  const position = /^\$(\d+)$/.exec(name)
  return resolveColumn(scope, position ? `COLUMN${position[1]}` : name, table && identifier(table))
}

const parameter: Handler = async (body, scope, compiler) => {
  if (typeof body.index === 'number') return resolveColumn(scope, `COLUMN${body.index}`)
  const name = word(body, 'name').toUpperCase()
  const value = compiler.variables.get(name)
  if (value === undefined) throw compilationError(`error line 1: Session variable '$${name}' does not exist`)
  return value
}

const isList = async (body: Tree, value: Sql, scope: Scope, compiler: Compiler): Promise<Sql> => {
  const query = body.query
  if (query !== null && query !== undefined) {
    const { text, columns } = await compiler.query(query, scope)
    const [first] = columns
    const families = [familyOf(value.type), familyOf(first?.type ?? '')]
    if (columns.length !== 1) throw compilationError('IN takes a query of one column')
    const [plain, other] = families
    if (plain !== other && !families.includes('null'))
      throw notSupported('IN over a query of another type without a cast')
    return { text: `(${value.text} IN (${text}))`, type: 'BOOLEAN' }
  }
  const items: Sql[] = []
  for (const item of list(body, 'expressions')) items.push(await compiler.expression(item, scope))
  const others = items.map((item) => asOperand(value, item))
  if (others.includes(undefined)) return anyOf(items.map((item) => compare('=', value, item)))
  return { text: `(${value.text} IN (${others.map((item) => item?.text).join(', ')}))`, type: 'BOOLEAN' }
}

const inList: Handler = async (body, scope, compiler) => {
  const [unknown] = unknownParts(body, ['this', 'expressions', 'query', 'not', 'is_field'])
  if (unknown) throw notSupported(`IN with ${unknown.toUpperCase()}`)
  const found = await isList(body, await compiler.expression(body.this, scope), scope, compiler)
  return flag(body, 'not') ? not(found) : found
}

const between: Handler = async (body, scope, compiler) => {
  const value = await compiler.expression(body.this, scope)
  const low = await compiler.expression(body.low, scope)
  const high = await compiler.expression(body.high, scope)
  const [from, to] = [asOperand(value, low), asOperand(value, high)]
  const inside: Sql =
    from && to
      ? { text: `(${value.text} BETWEEN ${from.text} AND ${to.text})`, type: 'BOOLEAN' }
      : allOf([compare('>=', value, low), compare('<=', value, high)])
  return flag(body, 'not') ? not(inside) : inside
}

const likeOf =
  (operator: 'LIKE' | 'ILIKE'): Handler =>
  async (body, scope, compiler) => {
    const value = await compiler.expression(body.left, scope)
    const escapeWith = body.escape ? await compiler.expression(body.escape, scope) : undefined
    const quantifier = word(body, 'quantifier')
    if (quantifier === '') return like(operator, value, await compiler.expression(body.right, scope), escapeWith)
    const { kind, body: right } = nodeOf(body.right)
    const patterns =
      kind === 'tuple' ? list(right, 'expressions') : [kind === 'paren' ? right.this : body.right]
    const found: Sql[] = []
    for (const pattern of patterns)
      found.push(like(operator, value, await compiler.expression(pattern, scope), escapeWith))
    return quantifier === 'ALL' ? allOf(found) : anyOf(found)
  }

const isNull: Handler = async (body, scope, compiler) => {
  const value = await compiler.expression(body.this, scope)
  return { text: `(${value.text} IS ${flag(body, 'not') ? 'NOT ' : ''}NULL)`, type: 'BOOLEAN' }
}

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

const mustBeVariant = (value: Sql, what: string): Sql => {
  if (familyOf(value.type) === 'variant') return value
  throw compilationError(`Invalid argument types for function '${what}': (${snowflakeType(value.type)})`)
}

const path: Handler = async (body, scope, compiler) => {
  const value = mustBeVariant(await compiler.expression(body.this, scope), 'GET_PATH')
  const steps = await compiler.expression(body.expression, scope)
  return { text: `variant_get(${value.text}, ${steps.text})`, type: 'JSON' }
}

const subscript: Handler = async (body, scope, compiler) => {
  const value = mustBeVariant(await compiler.expression(body.this, scope), 'GET')
  const key = asVariant(await compiler.expression(body.index, scope))
  return { text: `variant_item(${value.text}, ${key.text})`, type: 'JSON' }
}

const dot: Handler = async (body, scope, compiler) => {
  const value = mustBeVariant(await compiler.expression(body.this, scope), 'GET')
  const field = quoteText(word(child(body, 'field') ?? {}, 'name'))
  return { text: `variant_item(${value.text}, to_json(${field}))`, type: 'JSON' }
}

const scalarQuery: Handler = async (body, scope, compiler) => {
  const { text, columns } = await compiler.query(body.this, scope)
  if (columns.length !== 1) throw compilationError('a scalar subquery has one column')
  return { text: `(${text})`, type: columns[0]?.type ?? 'VARCHAR' }
}

const exists: Handler = async (body, scope, compiler) => {
  const { text } = await compiler.query(body.this, scope)
  return { text: `(${flag(body, 'not') ? 'NOT ' : ''}EXISTS (${text}))`, type: 'BOOLEAN' }
}

const interval: Handler = async (body) => {
  const { kind, body: value } = nodeOf(body.this)
  const text = kind === 'literal' ? word(value, 'value') : ''
  if (!/^\s*\d+\s+(year|quarter|month|week|day|hour|minute|second)s?\s*$/i.test(text))
    throw notSupported(`INTERVAL '${text}'`)
  return { text: `INTERVAL ${quoteText(text)}`, type: 'INTERVAL' }
}

const extract: Handler = async (body, scope, compiler) => {
  const field = body.field
  const part = typeof field === 'string' ? field : Object.values((field ?? {}) as Tree).join('')
  return partOf(part, await compiler.expression(body.this, scope))
}

const handlers: Readonly<Record<string, Handler>> = {
  literal,
  null: async () => none,
  boolean: async (body) => ({ text: String(body.value === true), type: 'BOOLEAN' }),
  column,
  parameter,
  compiled: async (body) => body.sql as Sql,
  paren: (body, scope, compiler) => compiler.expression(body.this, scope),
  neg: unary(negate),
  not: unary((value) => not(asCondition(value))),
  and: binary((left, right) => allOf([asCondition(left), asCondition(right)])),
  or: binary((left, right) => anyOf([asCondition(left), asCondition(right)])),
  add: binary((left, right) => add('+', left, right)),
  sub: binary((left, right) => add('-', left, right)),
  mul: binary(multiply),
  div: binary(divide),
  mod: binary(modulo),
  concat: binary((left, right) => ({
    text: `(${asText(left).text} || ${asText(right).text})`,
    type: 'VARCHAR'
  })),
  eq: comparison('='),
  neq: comparison('<>'),
  lt: comparison('<'),
  lte: comparison('<='),
  gt: comparison('>'),
  gte: comparison('>='),
  null_safe_eq: binary(sameOrBothNull),
  null_safe_neq: binary((left, right) => not(sameOrBothNull(left, right))),
  in: inList,
  between,
  like: likeOf('LIKE'),
  i_like: likeOf('ILIKE'),
  regexp_like: async (body, scope, compiler) => {
    const value = asText(await compiler.expression(body.this, scope))
    const pattern = asText(await compiler.expression(body.pattern, scope))
    return { text: `regexp_full_match(${value.text}, ${pattern.text})`, type: 'BOOLEAN' }
  },
  is_null: isNull,
  case: caseOf,
  cast: cast('CAST'),
  try_cast: cast('TRY_CAST'),
  j_s_o_n_extract: path,
  subscript,
  dot,
  array_func: async (body, scope, compiler) => {
    const values: Sql[] = []
    for (const item of list(body, 'expressions')) values.push(await compiler.expression(item, scope))
    return arrayOf(values)
  },
  subquery: scalarQuery,
  select: async (body, scope, compiler) => scalarQuery({ this: { select: body } }, scope, compiler),
  exists,
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
  map_func: 'An object constant {…}',
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
