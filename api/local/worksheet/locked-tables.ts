import { identifier } from './identifiers.ts'
import { child, nodeOf } from './sql-tree.ts'

/** Every name of a table in a statement. */
export const tablesIn = (tree: unknown): readonly string[] => {
  if (Array.isArray(tree)) return tree.flatMap(tablesIn)
  if (typeof tree !== 'object' || tree === null) return []
  const { kind, body } = nodeOf(tree)
  const own = kind === 'table' ? [identifier(child(body, 'name'))] : []
  return [...own, ...Object.values(tree).flatMap(tablesIn)]
}

/** What a change locks: INSERT and CREATE TABLE nothing that is there. */
export const lockedTables = (tree: unknown): readonly string[] => {
  const { kind, body } = nodeOf(tree)
  if (kind === 'create_table' || (kind === 'insert' && body.overwrite !== true)) return []
  const into = nodeOf(body.this)
  const merged = into.kind === 'alias' ? nodeOf(into.body.this).body : into.body
  const table = kind === 'merge' ? merged : child(body, 'table')
  return table === undefined ? [] : [identifier(child(table, 'name'))]
}
