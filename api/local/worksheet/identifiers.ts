import { flag, type Tree, word } from './sql-tree.ts'

/**
 * What the script reader puts before the name of a function it knows. The parser then reads `SF_LEFT(a, 1)` as an
 * ordinary call and does not give it a meaning of its own.
 */
export const functionPrefix = 'SF_'

/** Columns of this name tell the rows of a table with streams apart. They are hidden from every statement. */
export const rowNumberColumn = '_METADATA$ROW_'

const withoutPrefix = (name: string): string =>
  name.startsWith(functionPrefix) ? name.slice(functionPrefix.length) : name

/** The name as Snowflake stores it: upper case unless it was quoted. */
export const identifier = (tree: Tree | undefined): string => {
  if (tree === undefined) return ''
  const name = word(tree, 'name')
  return flag(tree, 'quoted') ? name : withoutPrefix(name.toUpperCase())
}

/** The name as DuckDB reads it: always quoted, so that no name is a keyword. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`

export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`
