import { shownType } from './duck-type.ts'
import { literalValue } from './function-call.ts'
import { identifier, quoteText } from './identifiers.ts'
import { tableColumns } from './insert.ts'
import { child, nodeOf, unknownParts, word } from './sql-tree.ts'
import type { StatementRunner } from './statement.ts'
import { tableName } from './table-name.ts'
import { notSupported } from './worksheet-error.ts'

const accepted: StatementRunner = async () => ({ status: 'Statement executed successfully.' })

const showTables: StatementRunner = async (body) => {
  const [unknown] = unknownParts(body, ['this', 'like'])
  const what = word(body, 'this').toUpperCase()
  if (unknown || !['TABLES', 'VIEWS'].includes(what))
    throw notSupported(`SHOW ${what} ${unknown?.toUpperCase() ?? ''}`.trim())
  const type = what === 'TABLES' ? "IN ('BASE TABLE', 'LOCAL TEMPORARY')" : "= 'VIEW'"
  const like = body.like ? ` AND table_name ILIKE ${quoteText(literalValue(body.like) ?? '')}` : ''
  return {
    query: `SELECT table_name AS "name", CASE table_type WHEN 'BASE TABLE' THEN 'TABLE' WHEN 'LOCAL TEMPORARY' THEN 'TEMPORARY' ELSE table_type END AS "kind" FROM information_schema.tables WHERE table_type ${type} AND table_name NOT LIKE '\\_%' ESCAPE '\\'${like} ORDER BY 1`
  }
}

const describeTable: StatementRunner = async (body, compiler) => {
  const target = nodeOf(body.target)
  if (target.kind !== 'table') throw notSupported(`DESCRIBE ${word(body, 'kind')}`)
  const name = tableName(target.body)
  const columns = await tableColumns(name, compiler)
  const described = `SELECT column_name, comment, is_nullable, column_default FROM duckdb_columns() WHERE table_name = ${quoteText(name)}`
  const types = columns.map((column) => `(${quoteText(column.name)}, ${quoteText(shownType(column.type))})`)
  return {
    query: `SELECT t.n AS "name", coalesce(d.comment, t.t) AS "type", 'COLUMN' AS "kind", CASE WHEN d.is_nullable THEN 'Y' ELSE 'N' END AS "null?" FROM (SELECT row_number() OVER () AS at, * FROM (VALUES ${types.join(', ')}) AS v(n, t)) AS t JOIN (${described}) AS d ON d.column_name = t.n ORDER BY t.at`
  }
}

/** Statements about the session. SET, UNSET and the transaction words are the session's own: open-session.ts, run-tree.ts. */
export const sessionStatements: Readonly<Record<string, StatementRunner>> = {
  use: accepted,
  show: showTables,
  describe: describeTable
}

/** The variable a `SET x = …` names. */
export const variableName = (tree: unknown): string => {
  const { kind, body } = nodeOf(tree)
  return identifier(kind === 'column' ? child(body, 'name') : body)
}
