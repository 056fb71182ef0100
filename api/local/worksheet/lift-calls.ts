import type { ExternalFunction } from '../external-functions.ts'
import { answerCall, chooseOverload } from './answer-calls.ts'
import type { Compiler } from './compiler.ts'
import { isExpressionKind } from './expression.ts'
import { holds, isCall, isQuery } from './external-calls.ts'
import type { From } from './from.ts'
import { functionName, isAggregate } from './functions.ts'
import { identifier, quoteName } from './identifiers.ts'
import { itemName } from './item-name.ts'
import type { Query, Scope, Sql } from './scope.ts'
import { compileSelect } from './select.ts'
import { child, flag, list, nodeOf, type Tree, trees } from './sql-tree.ts'
import { starColumns } from './star.ts'
import { notSupported, WorksheetError } from './worksheet-error.ts'

const clauses = [
  'expressions',
  'where_clause',
  'group_by',
  'having',
  'qualify',
  'order_by',
  'joins',
  'limit'
] as const

/** Whether a SELECT itself (not a query inside it) calls an external function. */
export const hasCalls = (select: Tree, functions: readonly ExternalFunction[]): boolean =>
  clauses.some((clause) => holds(select[clause], (_, tree) => isCall(tree, functions)))

const compiled = (sql: Sql): Tree => ({ compiled: { sql } })
const aliased = (tree: unknown, name: string): Tree => ({
  alias: { this: tree, alias: { name, quoted: true } }
})

const isSummary = (kind: string, tree: unknown): boolean => {
  if (kind === 'window_function' || kind === 'within_group') return true
  return kind === 'function' && isAggregate(functionName(nodeOf(tree).body).name)
}

const summarises = (tree: unknown): boolean => holds(tree, isSummary)

/** The expression without its place in the text, to see that GROUP BY repeats an item. */
const shape = (tree: unknown): string =>
  JSON.stringify(tree, (key, value) => (/span|comments$/.test(key) ? undefined : value))

interface Item {
  readonly name: string
  readonly tree: unknown
  readonly isAliased: boolean
}

const itemsOf = async (select: Tree, from: From, compiler: Compiler): Promise<readonly Item[]> => {
  const items: Item[] = []
  for (const tree of list(select, 'expressions')) {
    const { kind, body } = nodeOf(tree)
    if (kind === 'star') {
      for (const [name, sql] of await starColumns(body, from.scope, compiler)) {
        items.push({ name, tree: compiled(sql), isAliased: false })
      }
    } else if (kind === 'alias')
      items.push({ name: identifier(child(body, 'alias')), tree: body.this, isAliased: true })
    else items.push({ name: itemName(tree), tree, isAliased: false })
  }
  return items
}

const bareName = (tree: unknown): string | undefined => {
  const { kind, body } = nodeOf(tree)
  return kind === 'column' && !child(body, 'table') ? identifier(child(body, 'name')) : undefined
}

const isSourceColumn = (scope: Scope, name: string): boolean =>
  scope.sources.some((source) => source.columns.some((column) => column.name === name))

/** GROUP BY 2 and GROUP BY alias mean an item: here the item itself takes the place. */
const meant = (tree: unknown, items: readonly Item[], scope: Scope): unknown => {
  const { kind, body } = nodeOf(tree)
  if (kind === 'literal' && body.literal_type === 'number') return items[Number(body.value) - 1]?.tree ?? tree
  const repeated = items.find((item) => shape(item.tree) === shape(tree))
  if (repeated) return repeated.tree
  const name = bareName(tree)
  if (name === undefined || isSourceColumn(scope, name)) return tree
  return items.find((item) => item.name === name && item.isAliased)?.tree ?? tree
}

/**
 * Takes the calls of external functions out of a SELECT. The values they need, and all else that the SELECT computes,
 * become columns of a temporary table; the functions are called over its rows; the SELECT then reads that table.
 * A call whose arguments are sums or ranks, or whose row must pass QUALIFY or LIMIT, is made after them; a call inside
 * WHERE, GROUP BY, an aggregate or a window before them. So each row is sent once.
 */
export const liftCalls = async (select: Tree, from: From, compiler: Compiler): Promise<Query> => {
  const isExternal = (tree: unknown): boolean => holds(tree, (_, node) => isCall(node, compiler.functions))
  for (const clause of ['having', 'qualify', 'joins', 'limit'] as const) {
    if (isExternal(select[clause]))
      throw notSupported(`An external function in ${clause === 'joins' ? 'JOIN … ON' : clause.toUpperCase()}`)
  }
  const items = await itemsOf(select, from, compiler)
  const group = child(select, 'group_by')
  if (group && flag(group, 'all')) throw notSupported('An external function with GROUP BY ALL')
  const groups = group ? list(group, 'expressions').map((tree) => meant(tree, items, from.scope)) : []
  const orders = trees(child(select, 'order_by') ?? {}, 'expressions').map(
    (term): Tree => ({ ...term, this: meant(term.this, items, from.scope) })
  )
  const where = child(select, 'where_clause')?.this
  const isInSummary = (tree: unknown): boolean =>
    holds(tree, (kind, node) => isSummary(kind, node) && isExternal(node))
  const isFirst = isExternal(where) || isExternal(groups) || items.some((item) => isInSummary(item.tree))

  // Aliases of items that wait for an answer are unknown until then.
  const late = new Set(
    items
      .filter((item) => item.isAliased && (isExternal(item.tree) || (isFirst && summarises(item.tree))))
      .map((item) => item.name)
  )
  const isLate = (tree: unknown): boolean =>
    holds(tree, (kind, node) => {
      const name = kind === 'column' ? bareName(node) : undefined
      return name !== undefined && late.has(name) && !isSourceColumn(from.scope, name)
    })
  const aliases = new Map<string, Sql>()
  const scope: Scope = { ...from.scope, aliases }
  const known = new Map<unknown, Sql>()
  for (const item of items) {
    if (!item.isAliased || late.has(item.name)) continue
    if (isLate(item.tree)) late.add(item.name)
    else {
      const sql = await compiler.expression(item.tree, scope)
      known.set(item.tree, sql)
      aliases.set(item.name, { ...sql, text: `(${sql.text})` })
    }
  }

  const table = compiler.temporaryTable()
  const columns: Sql[] = []
  const calls: { readonly fn: string; readonly args: readonly unknown[]; answer?: Sql }[] = []

  const hoistColumn = async (tree: unknown): Promise<Tree> => {
    const sql = known.get(tree) ?? (await compiler.expression(tree, scope))
    columns.push(sql)
    return compiled({ text: `${quoteName(table)}."_c${columns.length}"`, type: sql.type })
  }
  const isReady = (tree: unknown): boolean => !isLate(tree) && !(isFirst && summarises(tree))

  // An item that ORDER BY or GROUP BY repeats is the same object: it is computed, and its call made, once.
  const hoisted = new Map<unknown, unknown>()
  const hoist = async (tree: unknown): Promise<unknown> => {
    if (hoisted.has(tree)) return hoisted.get(tree)
    const result = await hoistNew(tree)
    if (typeof tree === 'object' && tree !== null) hoisted.set(tree, result)
    return result
  }

  const hoistNew = async (tree: unknown): Promise<unknown> => {
    if (Array.isArray(tree)) {
      const parts: unknown[] = []
      for (const part of tree) parts.push(await hoist(part))
      return parts
    }
    if (typeof tree !== 'object' || tree === null) return tree
    const { kind, body } = nodeOf(tree)
    if (Object.keys(tree).length === 1 && isExpressionKind(kind)) {
      if (kind === 'literal' || kind === 'null' || kind === 'boolean') return tree
      if (!isExternal(tree) && isReady(tree) && kind !== 'star') return hoistColumn(tree)
      if (isCall(tree, compiler.functions) && isReady(tree)) {
        const args: unknown[] = []
        for (const arg of list(body, 'args')) args.push(await hoist(arg))
        calls.push({ fn: functionName(body).name, args })
        return { lifted: { at: calls.length - 1 } }
      }
      if (isQuery(kind)) return tree
    }
    const mapped: Record<string, unknown> = {}
    for (const [name, part] of Object.entries(tree)) mapped[name] = name === 'to' ? part : await hoist(part)
    return mapped
  }

  const conjuncts = (tree: unknown): readonly unknown[] => {
    const { kind, body } = nodeOf(tree)
    return kind === 'and'
      ? [...conjuncts(body.left), ...conjuncts(body.right)]
      : kind === 'paren'
        ? conjuncts(body.this)
        : [tree]
  }
  const filters = where === undefined ? [] : conjuncts(where)
  const early = filters.filter((tree) => !isExternal(tree))
  const lateFilters = filters.filter((tree) => isExternal(tree))
  const all = (parts: readonly unknown[]): unknown =>
    parts.length === 0 ? null : { this: parts.reduce((left, right) => ({ and: { left, right } })) }

  const isDistinct = flag(select, 'distinct')
  const ordersLate = isFirst || isDistinct || isExternal(orders) || isLate(orders)
  const outer: Record<string, unknown> = {
    distinct: isDistinct,
    expressions: []
  }
  const outerItems: unknown[] = []
  for (const item of items) outerItems.push(aliased(await hoist(item.tree), item.name))
  outer.expressions = outerItems
  if (isFirst) {
    outer.where_clause = all((await hoist(lateFilters)) as readonly unknown[])
    if (group) outer.group_by = { expressions: await hoist(groups) }
    for (const clause of ['having', 'qualify'] as const) {
      const body = child(select, clause)
      if (body) outer[clause] = { this: await hoist(body.this) }
    }
  }
  const limits = {
    limit: select.limit,
    offset: select.offset,
    fetch: select.fetch,
    top: select.top
  }
  if (ordersLate) {
    if (orders.length > 0) {
      const terms: Tree[] = []
      for (const term of orders) terms.push({ ...term, this: await hoist(term.this) })
      outer.order_by = { expressions: terms }
    }
    Object.assign(outer, limits)
  }
  if (calls.length === 0) throw notSupported('An external function in this place')

  const inner: Tree = {
    expressions: (columns.length === 0 ? [{ text: '1', type: 'INTEGER' }] : columns).map((sql, at) =>
      aliased(compiled(sql), `_c${at + 1}`)
    ),
    where_clause: all(early),
    ...(isFirst
      ? {}
      : {
          group_by: group ? { expressions: groups } : null,
          having: select.having,
          qualify: select.qualify,
          ...(ordersLate ? {} : { ...limits, order_by: orders.length > 0 ? { expressions: orders } : null })
        })
  }
  const text = await materialise(table, inner, { ...from, scope }, compiler)
  const sources = [quoteName(table), text].filter(Boolean)
  const put = (tree: unknown): unknown => {
    if (Array.isArray(tree)) return tree.map(put)
    if (typeof tree !== 'object' || tree === null) return tree
    const { kind, body } = nodeOf(tree)
    if (kind === 'lifted') return compiled(calls[Number(body.at)]?.answer ?? { text: 'NULL', type: 'JSON' })
    if (kind === 'compiled') return tree
    return Object.fromEntries(Object.entries(tree).map(([name, part]) => [name, put(part)]))
  }
  const reading: Scope = { ...from.scope, sources: [], merged: new Set(), aliases: new Map() }
  for (const call of calls) {
    const args: Sql[] = []
    for (const arg of call.args) args.push(await compiler.expression(put(arg), reading))
    const fn = chooseOverload(call.fn, args, compiler.functions)
    const answers = await answerCall({ fn, args }, sources.join(' '), compiler)
    sources.push(`JOIN ${quoteName(answers)} USING ("_row")`)
    call.answer = { text: `${quoteName(answers)}."ANSWER"`, type: 'JSON' }
  }

  const keepsRows = groups.length === 0 && !items.some((item) => summarises(item.tree) && isFirst)
  if (keepsRows && !isDistinct && outer.order_by === undefined) {
    outer.order_by = {
      expressions: [{ this: compiled({ text: `${quoteName(table)}."_row"`, type: 'BIGINT' }) }]
    }
  }
  return compileSelect(put(outer) as Tree, reading, compiler, { text: sources.join(' '), scope: reading })
}

const materialise = async (table: string, inner: Tree, from: From, compiler: Compiler): Promise<string> => {
  const query = await compileSelect(inner, from.scope, compiler, from)
  const ctes = from.scope.ctes.map((cte) => cte.definition)
  const prefix = ctes.length === 0 ? '' : `WITH RECURSIVE ${ctes.join(', ')} `
  try {
    await compiler.engine.run(
      `CREATE TEMP TABLE ${quoteName(table)} AS ${prefix}SELECT row_number() OVER () AS "_row", q.* FROM (${query.text}) AS q${compiler.isRehearsal ? ' LIMIT 0' : ''}`
    )
  } catch (error) {
    if (error instanceof WorksheetError && /Referenced (table|column)/.test(error.message)) {
      throw notSupported('An external function in a correlated subquery')
    }
    throw error
  }
  return ''
}
