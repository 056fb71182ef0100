import { checkColumnNames } from './check-column-names.ts'
import { type ColumnDefinition, columnDefinition } from './column-definition.ts'
import type { Compiler } from './compiler.ts'
import { queryToCreateFrom } from './create-from-query.ts'
import { quoteName, quoteText } from './identifiers.ts'
import { child, flag, list, type Tree, trees, unknownParts, word } from './sql-tree.ts'
import type { StatementRunner } from './statement.ts'
import { tableExists } from './table-exists.ts'
import { tableName } from './table-name.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** @throws WorksheetError for an option that we do not play, by name */
const checkOptions = (body: Tree): void => {
  const known = [
    'name',
    'columns',
    'temporary',
    'or_replace',
    'if_not_exists',
    'table_modifier',
    'as_select',
    'clone_source',
    'constraints',
    'as_select_parenthesized',
    'with_properties'
  ]
  const [unknown] = unknownParts(body, known)
  if (unknown || list(body, 'with_properties').length > 0)
    throw notSupported(`CREATE TABLE with ${(unknown ?? 'properties').replaceAll('_', ' ').toUpperCase()}`)
  const modifier = word(body, 'table_modifier')
  if (!['', 'TRANSIENT'].includes(modifier)) throw notSupported(`CREATE ${modifier} TABLE`)
}

/** Creates an empty table, and remembers the types of its columns as they are declared. */
const createEmpty = async (words: string, name: string, body: Tree, compiler: Compiler): Promise<void> => {
  const definitions: ColumnDefinition[] = []
  for (const tree of trees(body, 'columns')) definitions.push(await columnDefinition(tree, compiler))
  checkColumnNames(definitions.map((definition) => definition.name))
  await compiler.engine.run(`${words} (${definitions.map((definition) => definition.text).join(', ')})`)
  for (const { name: column, declared } of definitions) {
    if (declared === undefined) continue
    await compiler.engine.run(
      `COMMENT ON COLUMN ${quoteName(name)}.${quoteName(column)} IS ${quoteText(declared)}`
    )
  }
}

/** https://docs.snowflake.com/en/sql-reference/sql/create-table */
export const createTable: StatementRunner = async (body, compiler) => {
  checkOptions(body)
  const name = tableName(child(body, 'name') ?? {})
  const isTemporary = flag(body, 'temporary')
  if (!flag(body, 'or_replace') && (await tableExists(name, compiler, isTemporary))) {
    if (flag(body, 'if_not_exists')) return { status: `${name} already exists, statement succeeded.` }
    throw compilationError(`Object '${name}' already exists.`)
  }
  const source = await queryToCreateFrom(body, compiler)
  const words = `CREATE ${flag(body, 'or_replace') ? 'OR REPLACE ' : ''}${isTemporary ? 'TEMP ' : ''}TABLE ${quoteName(name)}`
  if (compiler.isRehearsal) return { query: source ?? 'SELECT 1' }
  if (source !== undefined) await compiler.engine.run(`${words} AS ${source}`)
  else await createEmpty(words, name, body, compiler)
  return { status: `Table ${name} successfully created.` }
}
