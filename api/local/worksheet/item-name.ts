import { functionPrefix, identifier } from './identifiers.ts'
import { Dialect, generate } from './lean-parser.ts'
import { child, nodeOf } from './sql-tree.ts'

/** A procedure's statements are parsed once and compiled at each run. */
const printedNames = new WeakMap<object, string>()

/**
 * The heading of an item without an alias: the column's name, else the expression as the parser prints it, in upper
 * case. Snowflake repeats the text as typed; the script reader puts that in place for the outermost list.
 */
export const itemName = (tree: unknown): string => {
  const { kind, body } = nodeOf(tree)
  if (kind === 'column') return identifier(child(body, 'name'))
  const known = printedNames.get(body)
  if (known !== undefined) return known
  const printed = generate([tree], Dialect.Snowflake)
  const name = (printed.sql?.[0] ?? kind).toUpperCase().replaceAll(functionPrefix, '')
  printedNames.set(body, name)
  return name
}
