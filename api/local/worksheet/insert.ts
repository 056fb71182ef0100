import { assignTo } from './assignment.ts'
import type { Compiler } from './compiler.ts'
import { callsAnywhere } from './external-calls.ts'
import { identifier, quoteName } from './identifiers.ts'
import { itemName } from './item-name.ts'
import { type Column, emptyScope } from './scope.ts'
import { child, flag, list, nodeOf, trees, unknownParts, word } from './sql-tree.ts'
import type { StatementRunner } from './statement.ts'
import { tableName } from './table-name.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** The columns of a table by their stored names. @throws WorksheetError when there is no such table. */
export const tableColumns = async (name: string, compiler: Compiler): Promise<readonly Column[]> => {
  const relation = {
    select: {
      expressions: [{ star: {} }],
      from: { expressions: [{ table: { name: { name, quoted: true } } }] }
    }
  }
  return (await compiler.query(relation, emptyScope)).columns
}

export const columnNamed = (columns: readonly Column[], name: string): Column => {
  const column = columns.find((candidate) => candidate.name === name)
  if (column === undefined) throw compilationError(`invalid identifier '${name}'`)
  return column
}

/** Number of rows that a DuckDB DML statement reports. */
export const changedRows = async (sql: string, compiler: Compiler): Promise<bigint> => {
  const result = await compiler.engine.run(sql)
  return BigInt(String(result.getRows()[0]?.[0] ?? 0))
}

const checkWidth = (columns: readonly Column[], width: number): void => {
  if (width !== columns.length) {
    throw compilationError(
      `Insert value list does not match column list expecting ${columns.length} but got ${width}`
    )
  }
}

const valueRows = async (
  rows: readonly unknown[],
  columns: readonly Column[],
  compiler: Compiler
): Promise<string> => {
  const texts: string[] = []
  for (const row of rows) {
    const cells = Array.isArray(row) ? row : []
    checkWidth(columns, cells.length)
    const values: string[] = []
    for (const [at, cell] of cells.entries()) {
      const { kind, body } = nodeOf(cell)
      const isDefault = kind === 'var' && word(body, 'this').toUpperCase() === 'DEFAULT'
      const column = columns[at]
      if (callsAnywhere(cell, compiler.functions, compiler.views))
        throw compilationError(`Invalid expression [${itemName(cell)}] in VALUES clause`)
      if (isDefault || column === undefined) values.push('DEFAULT')
      else values.push(assignTo(column, await compiler.expression(cell, emptyScope)).text)
    }
    texts.push(`(${values.join(', ')})`)
  }
  return `VALUES ${texts.join(', ')}`
}

const sourceOf = async (query: unknown, columns: readonly Column[], compiler: Compiler): Promise<string> => {
  const source = await compiler.query(query, emptyScope)
  checkWidth(columns, source.columns.length)
  const values = source.columns.map(
    (column, at) => assignTo(columns[at] ?? column, { text: `c${at}`, type: column.type }).text
  )
  return `SELECT ${values.join(', ')} FROM (${source.text}) AS q(${source.columns.map((_, at) => `c${at}`).join(', ')})`
}

/** INSERT and INSERT OVERWRITE: every value is converted to its column as Snowflake would, or refused. */
export const insert: StatementRunner = async (body, compiler) => {
  const [unknown] = unknownParts(body, ['table', 'columns', 'values', 'query', 'overwrite', 'with'])
  if (unknown || body.with)
    throw notSupported(`INSERT with ${(unknown ?? 'WITH before it').replaceAll('_', ' ').toUpperCase()}`)
  const name = tableName(child(body, 'table') ?? {})
  const all = await tableColumns(name, compiler)
  const named = trees(body, 'columns').map((tree) => columnNamed(all, identifier(tree)))
  const columns = named.length > 0 ? named : all
  const values = list(body, 'values')
  const source =
    values.length > 0
      ? await valueRows(values, columns, compiler)
      : await sourceOf(body.query, columns, compiler)
  if (compiler.isRehearsal) return { query: source }
  const statement = `INSERT INTO ${quoteName(name)} (${columns.map((column) => quoteName(column.name)).join(', ')}) ${source}`
  if (flag(body, 'overwrite')) {
    // DuckDB reads the source before the rows go: the source may be the table itself.
    const rows = compiler.temporaryTable()
    await compiler.engine.run(`CREATE TEMP TABLE ${quoteName(rows)} AS ${source}`)
    await compiler.engine.run(`DELETE FROM ${quoteName(name)}`)
    const again = `INSERT INTO ${quoteName(name)} (${columns.map((column) => quoteName(column.name)).join(', ')}) SELECT * FROM ${quoteName(rows)}`
    return { counts: [['number of rows inserted', await changedRows(again, compiler)]] }
  }
  return { counts: [['number of rows inserted', await changedRows(statement, compiler)]] }
}
