import { hasCalls } from './call-places.ts'
import { asCondition } from './comparison.ts'
import type { Compiler } from './compiler.ts'
import { compileFrom } from './from.ts'
import { identifier, quoteName } from './identifiers.ts'
import { itemName } from './item-name.ts'
import { liftCalls } from './lift-calls.ts'
import type { Column, From, Query, Scope, Sql } from './scope.ts'
import { settleVolatile } from './settle-volatile.ts'
import { child, flag, list, nodeOf, type Tree, trees, unknownParts } from './sql-tree.ts'
import { starColumns } from './star.ts'
import { orderTerm } from './window.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

const known = [
  'expressions',
  'from',
  'joins',
  'where_clause',
  'group_by',
  'having',
  'qualify',
  'order_by',
  'limit',
  'offset',
  'fetch',
  'distinct',
  'top',
  'with'
]

interface Item {
  readonly name: string
  readonly sql: Sql
}

/** LIMIT, FETCH or TOP, and OFFSET. */
export const limitClause = async (body: Tree, scope: Scope, compiler: Compiler): Promise<string> => {
  const amount = async (tree: unknown): Promise<string> => {
    const { kind, body: inner } = nodeOf(tree)
    return (
      await compiler.expression(
        kind === 'this' ? (tree as Tree).this : kind === 'count' ? inner : tree,
        scope
      )
    ).text
  }
  const fetch = child(body, 'fetch')
  const top = child(body, 'top')
  const limit = body.limit ?? top?.this ?? fetch?.count
  const parts = [
    limit ? `LIMIT ${await amount(limit)}` : '',
    body.offset ? `OFFSET ${await amount(body.offset)}` : ''
  ]
  return parts.filter(Boolean).join(' ')
}

/** The select list, each item able to use the aliases before it. */
const compileItems = async (
  select: Tree,
  scope: Scope,
  compiler: Compiler
): Promise<{ readonly items: readonly Item[]; readonly aliases: Map<string, Sql> }> => {
  const aliases = new Map<string, Sql>(scope.aliases)
  const items: Item[] = []
  const inner: Scope = { ...scope, aliases }
  for (const tree of list(select, 'expressions')) {
    const { kind, body } = nodeOf(tree)
    if (kind === 'star') {
      for (const [name, sql] of await starColumns(body, scope, compiler)) items.push({ name, sql })
    } else if (kind === 'alias') {
      const sql = await compiler.expression(body.this, inner)
      const name = identifier(child(body, 'alias'))
      items.push({ name, sql })
      aliases.set(name, { ...sql, text: `(${sql.text})` })
    } else items.push({ name: itemName(tree), sql: await compiler.expression(tree, inner) })
  }
  return { items, aliases }
}

/** The position of the item that a bare number or alias means, from 1. */
const positionOf = (tree: unknown, items: readonly Item[], scope: Scope): number | undefined => {
  const { kind, body } = nodeOf(tree)
  if (kind === 'literal' && body.literal_type === 'number') return Number(body.value)
  if (kind !== 'column' || child(body, 'table')) return undefined
  const name = identifier(child(body, 'name'))
  const isColumn = scope.sources.some((source) => source.columns.some((column) => column.name === name))
  const at = items.findIndex((item) => item.name === name)
  return isColumn || at < 0 || !scope.aliases.has(name) ? undefined : at + 1
}

const groupClause = async (
  group: Tree,
  items: readonly Item[],
  scope: Scope,
  compiler: Compiler
): Promise<string> => {
  const [unknown] = unknownParts(group, ['expressions', 'all'])
  if (unknown) throw notSupported(`GROUP BY with ${unknown.toUpperCase()}`)
  if (flag(group, 'all')) return 'GROUP BY ALL'
  const terms: string[] = []
  for (const tree of list(group, 'expressions')) {
    const position = positionOf(tree, items, scope)
    if (position !== undefined && position > items.length)
      throw compilationError(`GROUP BY position ${position} is not in the select list`)
    terms.push(position === undefined ? (await compiler.expression(tree, scope)).text : String(position))
  }
  return `GROUP BY ${terms.join(', ')}`
}

const orderClause = async (
  order: Tree,
  items: readonly Item[],
  scope: Scope,
  compiler: Compiler
): Promise<string> => {
  const byOutput = new Map(scope.aliases)
  for (const { name, sql } of items)
    if (scope.aliases.has(name)) byOutput.set(name, { ...sql, text: quoteName(name) })
  const terms: string[] = []
  for (const term of trees(order, 'expressions')) {
    const { kind, body } = nodeOf(term.this)
    const isBareAlias =
      kind === 'column' && !child(body, 'table') && scope.aliases.has(identifier(child(body, 'name')))
    const position = kind === 'literal' && body.literal_type === 'number' ? Number(body.value) : undefined
    const item = position === undefined ? undefined : items[position - 1]
    if (position !== undefined && item === undefined)
      throw compilationError(`ORDER BY position ${position} is not in the select list`)
    const aliases = isBareAlias ? byOutput : scope.aliases
    const value = item
      ? { ...item.sql, text: String(position) }
      : await compiler.expression(term.this, { ...scope, aliases, aliasesFirst: true })
    terms.push(orderTerm(term, value))
  }
  return `ORDER BY ${terms.join(', ')}`
}

/** Compiles one SELECT. External functions in it are called first, and their answers take their places. */
export const compileSelect = async (
  given: Tree,
  outer: Scope,
  compiler: Compiler,
  compiledFrom?: From
): Promise<Query> => {
  const [unknown] = unknownParts(given, known)
  if (unknown) throw notSupported(`SELECT with ${unknown.replaceAll('_', ' ').toUpperCase()}`)
  const [select, from] = await settleVolatile(
    given,
    compiledFrom ?? (await compileFrom(given, outer, compiler)),
    compiler
  )
  if (hasCalls(select, compiler.functions))
    return liftCalls(select, from, compiler, (tree, over) => compileSelect(tree, over.scope, compiler, over))
  const { items, aliases } = await compileItems(select, from.scope, compiler)
  if (items.length === 0) throw compilationError('SELECT with no columns')
  const scope: Scope = { ...from.scope, aliases }
  const condition = async (name: 'where_clause' | 'having' | 'qualify', words: string): Promise<string> => {
    const clause = child(select, name)
    return clause ? `${words} ${asCondition(await compiler.expression(clause.this, scope)).text}` : ''
  }
  const group = child(select, 'group_by')
  const order = child(select, 'order_by')
  const list_ = items.map((item) => `${item.sql.text} AS ${quoteName(item.name)}`).join(', ')
  const parts = [
    `SELECT ${flag(select, 'distinct') ? 'DISTINCT ' : ''}${list_}`,
    from.text === '' ? '' : `FROM ${from.text}`,
    await condition('where_clause', 'WHERE'),
    group ? await groupClause(group, items, scope, compiler) : '',
    await condition('having', 'HAVING'),
    await condition('qualify', 'QUALIFY'),
    order ? await orderClause(order, items, scope, compiler) : '',
    await limitClause(select, scope, compiler)
  ]
  const columns: readonly Column[] = items.map((item) => ({ name: item.name, type: item.sql.type }))
  return { text: parts.filter(Boolean).join(' '), columns }
}
