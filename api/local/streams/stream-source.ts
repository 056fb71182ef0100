import { compiled, summarises } from '../worksheet/call-places.ts'
import type { Compiler } from '../worksheet/compiler.ts'
import type { Engine } from '../worksheet/engine.ts'
import { holds } from '../worksheet/external-calls.ts'
import { quoteName, quoteText, rowNumberColumn } from '../worksheet/identifiers.ts'
import { aliasOf } from '../worksheet/named-relation.ts'
import { type Column, emptyScope, type Query } from '../worksheet/scope.ts'
import { child, flag, list, nodeOf, type Tree, trees } from '../worksheet/sql-tree.ts'
import { tableName } from '../worksheet/table-name.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'

/** The column of a row's number in what a stream remembers. */
export const rowColumn = '_ROW'

/** The hidden column that numbers a table's rows, made when the first stream needs it. */
export const trackRows = async (table: string, engine: Engine): Promise<string> => {
  const found = await rowNumbersOf(table, engine)
  if (found !== undefined) return found
  await engine.run('CREATE SEQUENCE IF NOT EXISTS "_ROW_NUMBERS"')
  // A name of its own, so that a table made anew under the old name is not taken for the old one.
  const next = (await engine.run(`SELECT nextval('"_ROW_NUMBERS"')`)).getRows()[0]?.[0]
  const column = `${rowNumberColumn}${next}`
  await engine.run(
    `ALTER TABLE ${quoteName(table)} ADD COLUMN ${quoteName(column)} BIGINT DEFAULT nextval('"_ROW_NUMBERS"')`
  )
  return column
}

export const rowNumbersOf = async (table: string, engine: Engine): Promise<string | undefined> => {
  const found = await engine.run(
    `SELECT column_name FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main' AND table_name = ${quoteText(table)} AND starts_with(column_name, ${quoteText(rowNumberColumn)})`
  )
  const name = found.getRows()[0]?.[0]
  return name === undefined ? undefined : String(name)
}

/** @throws WorksheetError for a query whose changes Snowflake does not track, and for one that only we do not */
const checkView = (tree: unknown): Tree => {
  const { kind, body } = nodeOf(tree)
  const refuse = (what: string): never => {
    throw compilationError(`Change tracking is not supported on queries with ${what}.`)
  }
  if (kind === 'union' || kind === 'subquery' || body.with)
    throw notSupported('A stream on a view with UNION, WITH or a subquery')
  if (kind !== 'select') return refuse(kind.toUpperCase())
  if (child(body, 'group_by')) return refuse("'GROUP BY'")
  if (flag(body, 'distinct')) return refuse("'DISTINCT'")
  if (body.limit || body.top || body.fetch || body.offset) return refuse("'LIMIT'")
  if (child(body, 'qualify')) return refuse("'QUALIFY'")
  const items = list(body, 'expressions')
  if (items.some((item) => holds(item, (found) => found === 'window_function')))
    return refuse('window functions')
  if (items.some((item) => summarises(item))) return refuse('aggregates')
  return body
}

/** The tables of a view's FROM, with the alias each has there. */
const viewTables = (select: Tree): readonly { readonly table: string; readonly alias: string }[] => {
  const sources = [
    ...list(child(select, 'from') ?? {}, 'expressions'),
    ...trees(select, 'joins').map(({ this: joined }) => joined)
  ]
  const isOuter = trees(select, 'joins').some(
    (join) => !['Inner', 'Cross', 'Implicit'].includes(String(join.kind))
  )
  if (isOuter) throw notSupported('A stream on a view with an outer join')
  return sources.map((source) => {
    const { kind, body } = nodeOf(source)
    const table = kind === 'alias' ? nodeOf(body.this) : { kind, body }
    if (table.kind !== 'table') throw notSupported('A stream on a view of other than tables')
    const name = tableName(table.body)
    return { table: name, alias: aliasOf(kind === 'alias' ? body : table.body, name) }
  })
}

/** What a stream watches: the tables whose rows it numbers, and its rows as they are now. */
export interface StreamSource {
  readonly columns: readonly Column[]
  /** Tables with the columns that number their rows. */
  readonly tables: readonly (readonly [table: string, column: string])[]
  /** The rows with their numbers, as a query of DuckDB. */
  readonly rows: string
}

const ofQuery = (query: Query, tables: StreamSource['tables']): StreamSource => ({
  columns: query.columns.slice(0, -1),
  tables,
  rows: query.text
})

const withRow = (expressions: readonly unknown[], texts: readonly string[]): readonly unknown[] => [
  ...expressions,
  {
    alias: {
      this: compiled({ text: `concat_ws('.', ${texts.join(', ')})`, type: 'VARCHAR' }),
      alias: { name: rowColumn, quoted: true }
    }
  }
]

export const tableSource = async (
  table: string,
  column: string,
  compiler: Compiler
): Promise<StreamSource> => {
  const from = { expressions: [{ table: { name: { name: table, quoted: true } } }] }
  const text = `${quoteName(table)}.${quoteName(column)}`
  const query = await compiler.query(
    { select: { expressions: withRow([{ star: {} }], [text]), from } },
    emptyScope
  )
  return ofQuery(query, [[table, column]])
}

/** @throws WorksheetError for a view that no stream can be on */
export const viewSource = async (
  tree: unknown,
  isNew: boolean,
  compiler: Compiler
): Promise<StreamSource> => {
  const select = checkView(tree)
  const tables: (readonly [string, string])[] = []
  const texts: string[] = []
  for (const { table, alias } of viewTables(select)) {
    const column = isNew
      ? await trackRows(table, compiler.engine)
      : ((await rowNumbersOf(table, compiler.engine)) ?? '')
    tables.push([table, column])
    texts.push(`${quoteName(alias)}.${quoteName(column)}`)
  }
  const expressions = withRow(list(select, 'expressions'), texts)
  return ofQuery(await compiler.query({ select: { ...select, expressions } }, emptyScope), tables)
}
