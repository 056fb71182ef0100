import { assignTo } from './assignment.ts'
import { asCondition } from './comparison.ts'
import type { Compiler } from './compiler.ts'
import { compileFrom } from './from.ts'
import { identifier, quoteName } from './identifiers.ts'
import { changedRows, columnNamed, tableColumns } from './insert.ts'
import { tableName } from './relation.ts'
import { type Column, emptyScope, type Scope } from './scope.ts'
import { child, list, nodeOf, type Tree, unknownParts, word } from './sql-tree.ts'
import type { StatementRunner } from './statement.ts'
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

/** The target beside the sources of FROM or USING, whose text is given back. */
export const withSources = async (
  target: Target,
  from: unknown,
  joins: unknown,
  compiler: Compiler
): Promise<{ readonly scope: Scope; readonly text: string }> => {
  const source = { alias: target.alias, path: quoteName(target.alias), columns: target.columns }
  const expressions = Array.isArray(from) ? from : list((from ?? {}) as Tree, 'expressions')
  if (expressions.length === 0) return { scope: { ...emptyScope, sources: [source] }, text: '' }
  const compiled = await compileFrom({ from: { expressions }, joins: joins ?? [] }, emptyScope, compiler)
  return { scope: { ...compiled.scope, sources: [source, ...compiled.scope.sources] }, text: compiled.text }
}

const whereOf = async (body: Tree, scope: Scope, compiler: Compiler): Promise<string> => {
  const where = child(body, 'where_clause')
  return where ? ` WHERE ${asCondition(await compiler.expression(where.this, scope)).text}` : ''
}

export const update: StatementRunner = async (body, compiler) => {
  const [unknown] = unknownParts(body, ['table', 'set', 'from_clause', 'from_joins', 'where_clause'])
  if (unknown) throw notSupported(`UPDATE with ${unknown.replaceAll('_', ' ').toUpperCase()}`)
  const target = await targetOf(child(body, 'table') ?? {}, undefined, compiler)
  const { scope, text } = await withSources(target, body.from_clause, body.from_joins, compiler)
  const sets: string[] = []
  for (const pair of list(body, 'set')) {
    const [tree, value] = Array.isArray(pair) ? pair : []
    const column = columnNamed(
      target.columns,
      identifier(tree as Tree)
        .split('.')
        .at(-1) ?? ''
    )
    sets.push(`${quoteName(column.name)} = ${assignTo(column, await compiler.expression(value, scope)).text}`)
  }
  const where = await whereOf(body, scope, compiler)
  const count = await changedRows(
    `UPDATE ${target.text} SET ${sets.join(', ')}${text ? ` FROM ${text}` : ''}${where}`,
    compiler
  )
  return {
    counts: [
      ['number of rows updated', count],
      ['number of multi-joined rows updated', 0n]
    ]
  }
}

export const deleteRows: StatementRunner = async (body, compiler) => {
  const [unknown] = unknownParts(body, ['table', 'using', 'where_clause', 'alias'])
  if (unknown) throw notSupported(`DELETE with ${unknown.replaceAll('_', ' ').toUpperCase()}`)
  const target = await targetOf(child(body, 'table') ?? {}, body.alias, compiler)
  const using = list(body, 'using').map((table) =>
    nodeOf(table).kind === 'name' || 'name' in (table as Tree) ? { table } : table
  )
  const { scope, text } = await withSources(target, using, [], compiler)
  const where = await whereOf(body, scope, compiler)
  const count = await changedRows(
    `DELETE FROM ${target.text}${text ? ` USING ${text}` : ''}${where}`,
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
