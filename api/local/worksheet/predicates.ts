import { asText } from './casts.ts'
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
import { familyOf } from './duck-type.ts'
import { binary, type Handler, unary } from './handler.ts'
import type { Scope, Sql } from './scope.ts'
import { flag, list, nodeOf, type Tree, unknownParts, word } from './sql-tree.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

const comparison = (operator: Comparison): Handler => binary((left, right) => compare(operator, left, right))

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
    if (quantifier === '')
      return like(operator, value, await compiler.expression(body.right, scope), escapeWith)
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

const isTruth =
  (truth: 'true' | 'false'): Handler =>
  async (body, scope, compiler) => {
    const value = asCondition(await compiler.expression(body.this, scope))
    return { text: `(${value.text} IS ${flag(body, 'not') ? 'NOT ' : ''}${truth})`, type: 'BOOLEAN' }
  }

const exists: Handler = async (body, scope, compiler) => {
  const { text } = await compiler.query(body.this, scope)
  return { text: `(${flag(body, 'not') ? 'NOT ' : ''}EXISTS (${text}))`, type: 'BOOLEAN' }
}

const matches: Handler = async (body, scope, compiler) => {
  const value = asText(await compiler.expression(body.this, scope))
  const pattern = asText(await compiler.expression(body.pattern, scope))
  return { text: `regexp_full_match(${value.text}, ${pattern.text})`, type: 'BOOLEAN' }
}

/** Everything that is true or false. */
export const predicates: Readonly<Record<string, Handler>> = {
  not: unary((value) => not(asCondition(value))),
  and: binary((left, right) => allOf([asCondition(left), asCondition(right)])),
  or: binary((left, right) => anyOf([asCondition(left), asCondition(right)])),
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
  regexp_like: matches,
  is_null: isNull,
  is_true: isTruth('true'),
  is_false: isTruth('false'),
  exists
}
