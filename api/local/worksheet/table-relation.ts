import type { Compiler } from './compiler.ts'
import { quoteName, rowNumberColumn } from './identifiers.ts'
import { aliasOf, columnNames, namedRelation, type Relation } from './named-relation.ts'
import { sampleOf } from './sample.ts'
import { type Column, emptyScope, type Query, type Scope } from './scope.ts'
import { child, type Tree } from './sql-tree.ts'
import { tableExists } from './table-exists.ts'
import { compilationError } from './worksheet-error.ts'

/** The columns of a common table expression, table or view. @throws WorksheetError when there is none of that name */
const existing = async (name: string, scope: Scope, compiler: Compiler): Promise<readonly Column[]> => {
  const cte = scope.ctes.findLast((candidate) => candidate.name === name)
  if (cte) return cte.columns
  const unknown = (): never => {
    throw compilationError(`Object '${name}' does not exist or not authorized.`)
  }
  // The catalog is asked where it may matter, for that takes longer than all else that is done with a name: DuckDB takes "src" for SRC.
  if (name !== name.toUpperCase() && !(await tableExists(name, compiler))) unknown()
  const columns = await compiler.columnsOf(name).catch(async (error) => {
    if (await tableExists(name, compiler)) throw error
    return unknown()
  })
  return columns.filter((column) => !column.name.startsWith(rowNumberColumn))
}

/** The changes of a stream, noted as read; undefined when the name is no stream. */
const streamNamed = async (name: string, scope: Scope, compiler: Compiler): Promise<Query | undefined> => {
  if (scope.ctes.some((cte) => cte.name === name)) return undefined
  const changes = await compiler.others.stream(name, compiler)
  if (changes) compiler.readStreams.add(name)
  return changes
}

/** A table, view or stream by its name, e.g. from IDENTIFIER($t). */
export const tableNamed = async (
  name: string,
  body: Tree,
  scope: Scope,
  compiler: Compiler
): Promise<Relation> => {
  const view = compiler.views.get(name)
  if (view && !scope.ctes.some((cte) => cte.name === name)) {
    const { text, columns } = await compiler.query(view.query, emptyScope)
    const names = columnNames(body)
    return namedRelation(aliasOf(body, name), `(${text})`, columns, names.length > 0 ? names : view.columns)
  }
  const stream = await streamNamed(name, scope, compiler)
  if (stream) return namedRelation(aliasOf(body, name), `(${stream.text})`, stream.columns, columnNames(body))
  const columns = await existing(name, scope, compiler)
  const source = namedRelation(aliasOf(body, name), quoteName(name), columns, columnNames(body))
  return { ...source, text: source.text + sampleOf(child(body, 'table_sample')) }
}
