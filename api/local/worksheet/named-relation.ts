import { identifier, quoteName } from './identifiers.ts'
import type { Column, Source } from './scope.ts'
import { type Tree, trees } from './sql-tree.ts'
import { compilationError } from './worksheet-error.ts'

/** One source before it is joined. */
export interface Relation {
  readonly text: string
  readonly source: Source
}

/** The alias of a source in upper case, unless quoted. */
export const aliasOf = (body: Tree, otherwise = ''): string => {
  const alias = body.alias
  if (typeof alias === 'string') return alias.toUpperCase()
  return alias ? identifier(alias as Tree) : otherwise
}

/** The names that `AS t (a, b)` gives to columns. */
export const columnNames = (body: Tree): readonly string[] => trees(body, 'column_aliases').map(identifier)

/** A source under its alias, its first columns renamed. @throws WorksheetError when there are more names than columns */
export const namedRelation = (
  alias: string,
  text: string,
  columns: readonly Column[],
  names: readonly string[]
): Relation => {
  if (names.length > columns.length) throw compilationError(`too many column names for ${alias}`)
  const shown = columns.map((column, at) => ({ name: names[at] ?? column.name, type: column.type }))
  const list = shown.length === 0 ? '' : `(${shown.map((column) => quoteName(column.name)).join(', ')})`
  return {
    text: `${text} AS ${quoteName(alias)}${list}`,
    source: { alias, path: quoteName(alias), columns: shown }
  }
}
