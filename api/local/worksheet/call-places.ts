import type { ExternalFunction } from '../../runtime/external-functions.ts'
import type { Compiler } from './compiler.ts'
import { holds, isCall } from './external-calls.ts'

import { functionName, isAggregate, isWindowFunction } from './functions.ts'
import { identifier } from './identifiers.ts'
import { itemName } from './item-name.ts'
import type { From, Scope, Sql } from './scope.ts'
import { child, flag, list, nodeOf, type Tree, trees } from './sql-tree.ts'
import { starColumns } from './star.ts'
import { notSupported } from './worksheet-error.ts'

const clauses = ['expressions', 'where_clause', 'group_by', 'having', 'qualify', 'order_by', 'joins', 'limit']

/** Whether a SELECT itself (not a query inside it) calls an external function. */
export const hasCalls = (select: Tree, functions: readonly ExternalFunction[]): boolean =>
  clauses.some((clause) => holds(select[clause], (_, tree) => isCall(tree, functions)))

/** SQL that is compiled already, in the place of an expression. */
export const compiled = (sql: Sql): Tree => ({ compiled: { sql } })

const isSummary = (kind: string, tree: unknown): boolean => {
  if (kind === 'window_function' || kind === 'within_group') return true
  if (kind !== 'function') return false
  const { name } = functionName(nodeOf(tree).body)
  return isAggregate(name) || isWindowFunction(name)
}

/** Whether an expression looks at more than its row. */
export const summarises = (tree: unknown): boolean => holds(tree, isSummary)

/** One item of a select list after `*` has been spelled out. */
export interface Item {
  readonly name: string
  readonly tree: unknown
  readonly isAliased: boolean
}

/** The parts of a SELECT that may hold calls, with references such as GROUP BY 2 replaced by what they mean. */
export interface Places {
  readonly items: readonly Item[]
  readonly groups: readonly unknown[]
  readonly orders: readonly Tree[]
  readonly where: unknown
  readonly isExternal: (tree: unknown) => boolean
  /** Whether an expression calls, or uses the alias of an item that does. */
  readonly needsAnswer: (tree: unknown) => boolean
  /** Whether calls must be made before rows are filtered, grouped or ranked. */
  readonly isFirst: boolean
}

const itemsOf = async (select: Tree, from: From, compiler: Compiler): Promise<readonly Item[]> => {
  const items: Item[] = []
  for (const tree of list(select, 'expressions')) {
    const { kind, body } = nodeOf(tree)
    if (kind === 'star') {
      for (const [name, sql] of await starColumns(body, from.scope, compiler)) {
        items.push({ name, tree: compiled(sql), isAliased: false })
      }
    } else if (kind === 'alias') {
      items.push({ name: identifier(child(body, 'alias')), tree: body.this, isAliased: true })
    } else items.push({ name: itemName(tree), tree, isAliased: false })
  }
  return items
}

/** The name of a column that is written without a table. */
export const bareName = (tree: unknown): string | undefined => {
  const { kind, body } = nodeOf(tree)
  return kind === 'column' && !child(body, 'table') ? identifier(child(body, 'name')) : undefined
}

export const isSourceColumn = (scope: Scope, name: string): boolean =>
  scope.sources.some((source) => source.columns.some((column) => column.name === name))

/** The expression without its place in the text, to see that GROUP BY repeats an item. */
const shape = (tree: unknown): string =>
  JSON.stringify(tree, (key, value) => (/span|comments$/.test(key) ? undefined : value))

const meant = (tree: unknown, items: readonly Item[], scope: Scope): unknown => {
  const { kind, body } = nodeOf(tree)
  if (kind === 'literal' && body.literal_type === 'number') return items[Number(body.value) - 1]?.tree ?? tree
  const repeated = items.find((item) => shape(item.tree) === shape(tree))
  if (repeated) return repeated.tree
  const name = bareName(tree)
  if (name === undefined || isSourceColumn(scope, name)) return tree
  return items.find((item) => item.name === name && item.isAliased)?.tree ?? tree
}

/** Whether an expression needs the answer of a call, by itself or by an item's alias. */
const answerNeeds = (items: readonly Item[], scope: Scope, isExternal: Places['isExternal']) => {
  const names = new Set<string>()
  const needsAnswer = (tree: unknown): boolean =>
    isExternal(tree) ||
    holds(tree, (_, node) => {
      const name = bareName(node)
      return name !== undefined && names.has(name) && !isSourceColumn(scope, name)
    })
  for (const { name, tree, isAliased } of items) if (isAliased && needsAnswer(tree)) names.add(name)
  return needsAnswer
}

/** @throws WorksheetError for a call where it cannot be made once a row: JOIN and LIMIT. */
export const placesOf = async (select: Tree, from: From, compiler: Compiler): Promise<Places> => {
  const isExternal = (tree: unknown): boolean => holds(tree, (_, node) => isCall(node, compiler.functions))
  for (const clause of ['joins', 'limit'] as const) {
    const place = clause === 'joins' ? 'JOIN … ON' : 'LIMIT'
    if (isExternal(select[clause])) throw notSupported(`An external function in ${place}`)
  }
  const group = child(select, 'group_by')
  const items = await itemsOf(select, from, compiler)
  const groups =
    group && flag(group, 'all')
      ? items.map((item) => item.tree).filter((tree) => !summarises(tree))
      : list(group ?? {}, 'expressions').map((tree) => meant(tree, items, from.scope))
  const terms = trees(child(select, 'order_by') ?? {}, 'expressions')
  const orders = terms.map((term): Tree => ({ ...term, this: meant(term.this, items, from.scope) }))
  const where = child(select, 'where_clause')?.this
  const isInSummary = (tree: unknown): boolean =>
    holds(tree, (kind, node) => isSummary(kind, node) && isExternal(node))
  const needsAnswer = answerNeeds(items, from.scope, isExternal)
  const isFirst =
    [where, groups, child(select, 'having'), child(select, 'qualify')].some(needsAnswer) ||
    items.some((item) => isInSummary(item.tree))
  return { items, groups, orders, where, isExternal, needsAnswer, isFirst }
}
