import { bareName, compiled, isSourceColumn, type Places, placesOf, summarises } from './call-places.ts'
import type { Compiler } from './compiler.ts'
import { holds } from './external-calls.ts'
import { type Hoist, openHoist } from './hoist.ts'
import { quoteName } from './identifiers.ts'
import type { From, Query, Scope, Sql } from './scope.ts'
import { child, flag, nodeOf, type Tree } from './sql-tree.ts'
import { notSupported, WorksheetError } from './worksheet-error.ts'

const aliased = (tree: unknown, name: string): Tree => ({
  alias: { this: tree, alias: { name, quoted: true } }
})

/** Aliases that can be used before the calls are made, and the names of those that cannot. */
const aliasesOf = async (places: Places, scope: Scope, compiler: Compiler) => {
  const { items, isExternal, isFirst } = places
  const late = new Set<string>()
  const isLate = (tree: unknown): boolean =>
    holds(tree, (kind, node) => {
      const name = kind === 'column' ? bareName(node) : undefined
      return name !== undefined && late.has(name) && !isSourceColumn(scope, name)
    })
  const aliases = new Map<string, Sql>()
  const known = new Map<unknown, Sql>()
  for (const { name, tree } of items.filter((item) => item.isAliased)) {
    if (isExternal(tree) || (isFirst && summarises(tree)) || isLate(tree)) late.add(name)
    else {
      const sql = await compiler.expression(tree, { ...scope, aliases })
      known.set(tree, sql)
      aliases.set(name, { ...sql, text: `(${sql.text})` })
    }
  }
  return { aliases, known, isLate }
}

const conjunctsOf = (tree: unknown): readonly unknown[] => {
  const { kind, body } = nodeOf(tree)
  if (kind === 'and') return [...conjunctsOf(body.left), ...conjunctsOf(body.right)]
  return kind === 'paren' ? conjunctsOf(body.this) : tree === undefined ? [] : [tree]
}

const allOf = (parts: readonly unknown[]): unknown =>
  parts.length === 0 ? null : { this: parts.reduce((left, right) => ({ and: { left, right } })) }

/** What is read after the calls: the items, and whatever had to wait for the answers. */
const afterCalls = async (select: Tree, places: Places, ordersLate: boolean, hoist: Hoist): Promise<Tree> => {
  const { items, groups, orders, where, needsAnswer, isFirst } = places
  const expressions: Tree[] = []
  for (const item of items) expressions.push(aliased(await hoist.from(item.tree), item.name))
  const outer: Record<string, unknown> = { expressions, distinct: select.distinct }
  if (isFirst) {
    const waiting = conjunctsOf(where).filter(needsAnswer)
    outer.where_clause = allOf((await hoist.from(waiting)) as readonly unknown[])
    if (groups.length > 0) outer.group_by = { expressions: await hoist.from(groups) }
    for (const clause of ['having', 'qualify'] as const) {
      const body = child(select, clause)
      if (body) outer[clause] = { this: await hoist.from(body.this) }
    }
  }
  if (!ordersLate) return outer
  const terms: Tree[] = []
  for (const term of orders) terms.push({ ...term, this: await hoist.from(term.this) })
  return { ...outer, ...limitsOf(select), order_by: terms.length > 0 ? { expressions: terms } : undefined }
}

const limitsOf = ({ limit, offset, fetch, top }: Tree): Tree => ({ limit, offset, fetch, top })

/** What is computed before the calls. */
const beforeCalls = (select: Tree, places: Places, ordersLate: boolean, columns: readonly Sql[]): Tree => {
  const { groups, orders, where, needsAnswer, isFirst } = places
  const values = columns.length === 0 ? [{ text: '1', type: 'INTEGER' }] : columns
  const rows: Tree = {
    expressions: values.map((sql, at) => aliased(compiled(sql), `_c${at + 1}`)),
    where_clause: allOf(conjunctsOf(where).filter((tree) => !needsAnswer(tree)))
  }
  if (isFirst) return rows
  return {
    ...rows,
    group_by: groups.length > 0 ? { expressions: groups } : null,
    having: select.having,
    qualify: select.qualify,
    ...(ordersLate
      ? {}
      : { ...limitsOf(select), order_by: orders.length > 0 ? { expressions: orders } : null })
  }
}

/** Compiles a SELECT over a FROM that is compiled already: `compileSelect`, handed in by the file that has it. */
export type SelectOver = (select: Tree, from: From, compiler: Compiler) => Promise<Query>

/** Keeps what the calls need as rows of a temporary table. */
const store = async (table: string, before: Query, from: From, compiler: Compiler): Promise<void> => {
  const { text } = before
  const ctes = from.scope.ctes.map((cte) => cte.definition)
  const prefix = ctes.length === 0 ? '' : `WITH RECURSIVE ${ctes.join(', ')} `
  const rows = `SELECT row_number() OVER () AS "_row", q.* FROM (${text}) AS q${compiler.isRehearsal ? ' LIMIT 0' : ''}`
  try {
    await compiler.engine.run(`CREATE TEMP TABLE ${quoteName(table)} AS ${prefix}${rows}`)
  } catch (error) {
    const isCorrelated = error instanceof WorksheetError && /Referenced (table|column)/.test(error.message)
    throw isCorrelated ? notSupported('An external function in a correlated subquery') : error
  }
}

/**
 * Takes the calls of external functions out of a SELECT. The values they need, and all else that the SELECT computes,
 * become columns of a temporary table; the functions are called over its rows; the SELECT then reads that table.
 * A call whose arguments are sums or ranks, or whose row must pass QUALIFY or LIMIT, is made after them; a call inside
 * WHERE, GROUP BY, an aggregate or a window before them. So each row is sent once. A call that needs the alias of
 * another call is lifted when the rest is compiled.
 */
export const liftCalls = async (
  select: Tree,
  from: From,
  compiler: Compiler,
  compileOver: SelectOver
): Promise<Query> => {
  const places = await placesOf(select, from, compiler)
  const { items, groups, orders, isExternal, isFirst } = places
  const { aliases, known, isLate } = await aliasesOf(places, from.scope, compiler)
  const scope: Scope = { ...from.scope, aliases }
  const table = compiler.temporaryTable()
  const isReady = (tree: unknown): boolean => !isLate(tree) && !(isFirst && summarises(tree))
  const hoist = openHoist({ compiler, scope, table, isExternal, isReady, known })
  const ordersLate = isFirst || flag(select, 'distinct') || isExternal(orders) || isLate(orders)

  const after = await afterCalls(select, places, ordersLate, hoist)
  if (hoist.calls.length === 0) throw notSupported('An external function in this place')
  const before = beforeCalls(select, places, ordersLate, hoist.columns)
  await store(table, await compileOver(before, { ...from, scope }, compiler), from, compiler)
  const reading: Scope = { ...from.scope, sources: [], merged: new Set(), aliases: new Map() }
  const { text, put } = await hoist.answer(reading)

  // Rows that are neither grouped nor ordered keep the order in which they were sent.
  const isGrouped = groups.length > 0 || (isFirst && items.some((item) => summarises(item.tree)))
  const byRow = { expressions: [{ this: compiled({ text: `${quoteName(table)}."_row"`, type: 'BIGINT' }) }] }
  const keepsOrder = !isGrouped && !flag(select, 'distinct') && !after.order_by
  const rest = put(keepsOrder ? { ...after, order_by: byRow } : after) as Tree
  return compileOver(rest, { text, scope: reading }, compiler)
}
