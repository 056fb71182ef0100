import { checkColumnNames } from './check-column-names.ts'
import { callsAnywhere } from './external-calls.ts'
import { identifier, quoteName } from './identifiers.ts'
import { emptyScope } from './scope.ts'
import { child, flag, trees, unknownParts } from './sql-tree.ts'
import type { StatementRunner } from './statement.ts'
import { tableName } from './table-name.ts'
import { notSupported } from './worksheet-error.ts'

/** A view of DuckDB; one that calls external functions is compiled anew where it is read. */
export const createView: StatementRunner = async (body, compiler) => {
  const [unknown] = unknownParts(body, [
    'name',
    'query',
    'or_replace',
    'if_not_exists',
    'columns',
    'secure',
    'no_paren',
    'query_parenthesized',
    'comment',
    'copy_grants'
  ])
  if (unknown) throw notSupported(`CREATE VIEW with ${unknown.replaceAll('_', ' ').toUpperCase()}`)
  const name = tableName(child(body, 'name') ?? {})
  const query = await compiler.query(body.query, emptyScope)
  const given = trees(body, 'columns').map((tree) => identifier(child(tree, 'name') ?? tree))
  const columns = query.columns.map((column, at) => given[at] ?? column.name)
  checkColumnNames(columns)
  const isCalling = callsAnywhere(body.query, compiler.functions, compiler.views)
  // DuckDB gets an empty view of the same columns, for SHOW and DESC.
  const empty = query.columns.map(({ type }) => `CAST(NULL AS ${type === 'NULL' ? 'VARCHAR' : type})`)
  const text = isCalling ? `SELECT ${empty.join(', ')} WHERE false` : query.text
  const words = `CREATE ${flag(body, 'or_replace') ? 'OR REPLACE ' : ''}VIEW`
  await compiler.engine.run(`${words} ${quoteName(name)}(${columns.map(quoteName).join(', ')}) AS ${text}`)
  compiler.viewQueries.set(name, body.query)
  compiler.noteView(name, text)
  compiler.views.delete(name)
  if (isCalling) compiler.views.set(name, { query: body.query, columns })
  return { status: `View ${name} successfully created.` }
}
