import type { ExternalFunction } from '../../runtime/external-functions.ts'
import type { CallingView } from './calling-view.ts'
import { functionName } from './functions.ts'
import { identifier } from './identifiers.ts'
import { child, nodeOf } from './sql-tree.ts'

const queries = new Set(['select', 'union', 'except', 'intersect', 'subquery', 'exists', 'values'])

/** Whether a part of a query holds a node that `found` accepts. Queries inside are not looked into. */
export const holds = (tree: unknown, found: (kind: string, tree: unknown) => boolean): boolean => {
  if (Array.isArray(tree)) return tree.some((part) => holds(part, found))
  if (typeof tree !== 'object' || tree === null) return false
  const keys = Object.keys(tree)
  if (keys.length === 1) {
    const kind = keys[0] ?? ''
    if (found(kind, tree)) return true
    if (queries.has(kind)) return false
  }
  return Object.entries(tree).some(([name, part]) => name !== 'query' && holds(part, found))
}

/** Whether this node itself is a call of an external function. */
export const isCall = (tree: unknown, functions: readonly ExternalFunction[]): boolean => {
  const { kind, body } = nodeOf(tree)
  if (kind !== 'function') return false
  const { name, isKnown } = functionName(body)
  return isKnown && functions.some((fn) => fn.name.toUpperCase() === name)
}

export const isQuery = (kind: string): boolean => queries.has(kind)

/** Whether a statement calls an external function anywhere, also in the queries and the views inside it. */
export const callsAnywhere = (
  tree: unknown,
  functions: readonly ExternalFunction[],
  views: ReadonlyMap<string, CallingView>
): boolean => {
  if (Array.isArray(tree)) return tree.some((part) => callsAnywhere(part, functions, views))
  if (typeof tree !== 'object' || tree === null) return false
  const { kind, body } = nodeOf(tree)
  if (kind === 'table' && views.has(identifier(child(body, 'name')))) return true
  return isCall(tree, functions) || Object.values(tree).some((part) => callsAnywhere(part, functions, views))
}
