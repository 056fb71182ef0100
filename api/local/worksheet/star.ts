import type { Compiler } from './compiler.ts'
import { identifier } from './identifiers.ts'
import { columnsOf, type Scope, type Sql } from './scope.ts'
import { child, list, nodeOf, type Tree, trees, unknownParts } from './sql-tree.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

const aliasTree = (tree: unknown): Tree => {
  const { kind, body } = nodeOf(tree)
  return kind === 'alias' ? body : (tree as Tree)
}

/**
 * The columns of `*` or `t.*` with their names, after EXCLUDE, RENAME and REPLACE.
 *
 * @throws WorksheetError when one of those names no column.
 */
export const starColumns = async (
  star: Tree,
  scope: Scope,
  compiler: Pick<Compiler, 'expression'>
): Promise<readonly (readonly [string, Sql])[]> => {
  const [unknown] = unknownParts(star, ['table', 'except', 'rename', 'replace'])
  if (unknown) throw notSupported(`SELECT * with ${unknown.toUpperCase()}`)
  const table = child(star, 'table')
  const columns = columnsOf(scope, table && identifier(table))
  const mustExist = (name: string): string => {
    if (!columns.some(([column]) => column === name)) throw compilationError(`invalid identifier '${name}'`)
    return name
  }
  const excluded = new Set(trees(star, 'except').map((tree) => mustExist(identifier(tree))))
  const renamed = new Map(
    list(star, 'rename').map((pair): [string, string] => {
      const [from, to] = Array.isArray(pair) ? pair : []
      return [mustExist(identifier(from)), identifier(to)]
    })
  )
  const replaced = new Map<string, Sql>()
  for (const tree of list(star, 'replace')) {
    const alias = aliasTree(tree)
    replaced.set(mustExist(identifier(child(alias, 'alias'))), await compiler.expression(alias.this, scope))
  }
  return columns
    .filter(([name]) => !excluded.has(name))
    .map(([name, sql]) => [renamed.get(name) ?? name, replaced.get(name) ?? sql])
}
