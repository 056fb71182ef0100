import { assignTo } from './assignment.ts'
import { compiled } from './call-places.ts'
import type { Compiler } from './compiler.ts'
import { identifier, quoteName } from './identifiers.ts'
import { changedRows, columnNamed, tableColumns } from './insert.ts'
import { type Column, emptyScope, type Query } from './scope.ts'
import { child, list, type Tree, trees, unknownParts, word } from './sql-tree.ts'
import type { Outcome, StatementRunner } from './statement.ts'
import { tableName } from './table-name.ts'
import { notSupported } from './worksheet-error.ts'

export interface Target {
  readonly name: string
  readonly alias: string
  readonly columns: readonly Column[]
  readonly text: string
}

export const targetOf = async (table: Tree, alias: unknown, compiler: Compiler): Promise<Target> => {
  const name = tableName(table)
  const columns = await tableColumns(name, compiler)
  const given = (alias ?? table.alias) as Tree | undefined
  const shown = given ? identifier(given) : name
  return { name, alias: shown, columns, text: `${quoteName(name)} AS ${quoteName(shown)}` }
}

/** The name of the hidden column that tells the target's rows apart. */
const rowId = '_row_id'

const named = (name: string): Tree => ({ name, quoted: true })

/** The target as a source of a FROM, its rows' ids in a hidden column. */
const targetSource = (target: Target): Tree => {
  const id = compiled({ text: 'rowid', type: 'BIGINT' })
  const select = {
    expressions: [{ alias: { this: id, alias: named(rowId) } }, { star: {} }],
    from: { expressions: [{ table: { name: named(target.name) } }] }
  }
  return { subquery: { this: { select }, alias: named(target.alias) } }
}

/**
 * The rows of the target that a statement finds, and the values it has for each: read as a SELECT, so that all which
 * a SELECT may hold, also external functions, may stand in SET, FROM, USING and WHERE.
 *
 * @returns the query that gives them as `_row_id`, `v0`, `v1` …
 */
const foundRows = async (
  target: Target,
  values: readonly unknown[],
  { sources, body }: { readonly sources: readonly unknown[]; readonly body: Tree },
  compiler: Compiler
): Promise<Query> => {
  const id = { column: { name: named(rowId), table: named(target.alias) } }
  const items = [id, ...values].map((value, at) => ({
    alias: { this: value, alias: named(at === 0 ? rowId : `v${at - 1}`) }
  }))
  const select = {
    expressions: items,
    from: { expressions: [targetSource(target), ...sources] },
    joins: body.from_joins ?? [],
    where_clause: body.where_clause
  }
  return compiler.query({ select }, emptyScope)
}

/** The rows in a table of their own: more than one statement reads them. */
const kept = async (query: Query, compiler: Compiler): Promise<string> => {
  const table = quoteName(compiler.temporaryTable())
  await compiler.engine.run(`CREATE TEMP TABLE ${table} AS ${query.text}`)
  return table
}

export const update: StatementRunner = async (body, compiler) => {
  const [unknown] = unknownParts(body, ['table', 'set', 'from_clause', 'from_joins', 'where_clause'])
  if (unknown) throw notSupported(`UPDATE with ${unknown.replaceAll('_', ' ').toUpperCase()}`)
  const target = await targetOf(child(body, 'table') ?? {}, undefined, compiler)
  const pairs = list(body, 'set').map((pair) => (Array.isArray(pair) ? pair : []))
  const sources = list(child(body, 'from_clause') ?? {}, 'expressions')
  const found = await foundRows(
    target,
    pairs.map(([, value]) => value),
    { sources, body },
    compiler
  )
  const sets = pairs.map(([tree], at) => {
    const name =
      identifier(tree as Tree)
        .split('.')
        .at(-1) ?? ''
    const column = columnNamed(target.columns, name)
    const type = found.columns[at + 1]?.type ?? column.type
    return `${quoteName(column.name)} = ${assignTo(column, { text: `q.v${at}`, type }).text}`
  })
  if (compiler.isRehearsal) return { query: found.text }
  const updated = (rows: string): Promise<bigint> =>
    changedRows(
      `UPDATE ${quoteName(target.name)} AS t SET ${sets.join(', ')} FROM (${rows}) AS q WHERE t.rowid = q.${rowId}`,
      compiler
    )
  const counts = (all: bigint, repeated: bigint): Outcome => ({
    counts: [
      ['number of rows updated', all],
      ['number of multi-joined rows updated', repeated]
    ]
  })
  // Alone each row of the target is found once.
  if (sources.length === 0) return counts(await updated(found.text), 0n)
  const table = await kept(found, compiler)
  // Of several source rows that meet one target row Snowflake takes any, and counts such rows.
  const count = await updated(`SELECT DISTINCT ON (${rowId}) * FROM ${table}`)
  const repeated = `SELECT count(*) FROM (SELECT 1 FROM ${table} GROUP BY ${rowId} HAVING count(*) > 1)`
  return counts(count, await changedRows(repeated, compiler))
}

export const deleteRows: StatementRunner = async (body, compiler) => {
  const [unknown] = unknownParts(body, ['table', 'using', 'where_clause', 'alias'])
  if (unknown) throw notSupported(`DELETE with ${unknown.replaceAll('_', ' ').toUpperCase()}`)
  const target = await targetOf(child(body, 'table') ?? {}, body.alias, compiler)
  const using = trees(body, 'using').map((table) => ('name' in table ? { table } : table))
  const found = await foundRows(target, [], { sources: using, body }, compiler)
  if (compiler.isRehearsal) return { query: found.text }
  const count = await changedRows(
    `DELETE FROM ${quoteName(target.name)} WHERE rowid IN (SELECT ${rowId} FROM (${found.text}))`,
    compiler
  )
  return { counts: [['number of rows deleted', count]] }
}

export const truncate: StatementRunner = async (body, compiler) => {
  const [unknown] = unknownParts(body, ['target', 'table', 'if_exists'])
  if (unknown || word(body, 'target') !== 'Table')
    throw notSupported(`TRUNCATE ${unknown ?? word(body, 'target')}`)
  const name = tableName(child(body, 'table') ?? {})
  await tableColumns(name, compiler)
  await compiler.engine.run(`DELETE FROM ${quoteName(name)}`)
  return { status: 'Statement executed successfully.' }
}
