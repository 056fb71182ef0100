import { castTo } from './casts.ts'
import { checkColumnNames } from './check-column-names.ts'
import type { Compiler } from './compiler.ts'
import { targetType } from './data-types.ts'
import { familyOf } from './duck-type.ts'
import { identifier, quoteName } from './identifiers.ts'
import { emptyScope, type Query } from './scope.ts'
import { child, flag, type Tree, trees } from './sql-tree.ts'
import { tableName } from './table-name.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** A query with the names and types that the table declares for its columns. */
const asQuery = async (body: Tree, query: Query): Promise<string> => {
  const definitions = trees(body, 'columns')
  if (definitions.length > 0 && definitions.length !== query.columns.length) {
    throw compilationError(
      `Invalid column definition list: ${definitions.length} names for ${query.columns.length} columns`
    )
  }
  checkColumnNames(
    query.columns.map(({ name }, at) => (definitions[at] ? identifier(child(definitions[at], 'name')) : name))
  )
  const columns = query.columns.map((column, at) => {
    const definition = definitions[at]
    const value = { text: `c${at}`, type: column.type }
    const name = definition ? identifier(child(definition, 'name')) : column.name
    const isTyped = definition && !flag(definition, 'no_type')
    const plain =
      familyOf(column.type) === 'null' ? { text: 'CAST(NULL AS VARCHAR)', type: 'VARCHAR' } : value
    const { text } = isTyped ? castTo(value, targetType(child(definition, 'data_type') ?? {})) : plain
    return `${text} AS ${quoteName(name)}`
  })
  return `SELECT ${columns.join(', ')} FROM (${query.text}) AS q(${query.columns.map((_, at) => `c${at}`).join(', ')})`
}

const allOf = (name: string, compiler: Compiler): Promise<Query> =>
  compiler.query(
    {
      select: {
        expressions: [{ star: {} }],
        from: { expressions: [{ table: { name: { name, quoted: true } } }] }
      }
    },
    emptyScope
  )

/** The query that fills a new table, for CLONE, LIKE and AS SELECT; undefined when its columns are written out. */
export const queryToCreateFrom = async (body: Tree, compiler: Compiler): Promise<string | undefined> => {
  const clone = child(body, 'clone_source')
  if (clone) return asQuery(body, await allOf(tableName(clone), compiler))
  for (const constraint of trees(body, 'constraints')) {
    const like = child(constraint, 'Like')
    if (like) return `${(await allOf(tableName(child(like, 'source') ?? {}), compiler)).text} LIMIT 0`
    if (!('PrimaryKey' in constraint) && !('Unique' in constraint))
      throw notSupported(`A table with ${Object.keys(constraint).join()}`)
  }
  if (!body.as_select) return undefined
  return asQuery(body, await compiler.query(body.as_select, emptyScope))
}
