import type { Compiler } from './compiler.ts'
import { namedArguments } from './function-call.ts'
import { functionName } from './functions.ts'
import { identifier, quoteName, rowNumberColumn } from './identifiers.ts'
import { sampleOf } from './sample.ts'
import { type Column, emptyScope, type Query, type Scope, type Source } from './scope.ts'
import { child, list, nodeOf, type Tree, trees, unknownParts } from './sql-tree.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** One source before it is joined. */
export interface Relation {
  readonly text: string
  readonly source: Source
}

const named = (
  alias: string,
  text: string,
  columns: readonly Column[],
  names: readonly string[]
): Relation => {
  if (names.length > columns.length) throw compilationError(`too many column names for ${alias}`)
  const shown = columns.map((column, at) => ({ name: names[at] ?? column.name, type: column.type }))
  const list = shown.length === 0 ? '' : `(${shown.map((column) => quoteName(column.name)).join(', ')})`
  return {
    text: `${text} AS ${quoteName(alias)}${list}`,
    source: { alias, path: quoteName(alias), columns: shown }
  }
}

export const aliasOf = (body: Tree, otherwise = ''): string => {
  const alias = body.alias
  if (typeof alias === 'string') return alias.toUpperCase()
  return alias ? identifier(alias as Tree) : otherwise
}

export const columnNames = (body: Tree): readonly string[] => trees(body, 'column_aliases').map(identifier)

/** The name of a table. Databases and schemas have no place here: two tables of one name would become one. */
export const tableName = (body: Tree): string => {
  if (body.schema || body.catalog) {
    throw notSupported(
      `A name with a schema (${[body.catalog, body.schema, body.name]
        .filter(Boolean)
        .map((part) => identifier(part as Tree))
        .join('.')})`
    )
  }
  return identifier(child(body, 'name'))
}

const existing = async (name: string, scope: Scope, compiler: Compiler): Promise<readonly Column[]> => {
  const cte = scope.ctes.findLast((candidate) => candidate.name === name)
  if (cte) return cte.columns
  const exists = async (): Promise<boolean> => {
    const found = await compiler.engine.run(
      `SELECT 1 FROM information_schema.tables WHERE table_name = '${name.replaceAll("'", "''")}'`
    )
    return found.currentRowCount > 0
  }
  const unknown = (): never => {
    throw compilationError(`Object '${name}' does not exist or not authorized.`)
  }
  // The catalog is asked where it may matter, for that takes longer than all else that is done with a name: DuckDB takes "src" for SRC.
  if (name !== name.toUpperCase() && !(await exists())) unknown()
  const columns = await compiler.columnsOf(name).catch(async (error) => {
    if (await exists()) throw error
    return unknown()
  })
  return columns.filter((column) => !column.name.startsWith(rowNumberColumn))
}

const streamNamed = async (name: string, scope: Scope, compiler: Compiler): Promise<Query | undefined> => {
  if (scope.ctes.some((cte) => cte.name === name)) return undefined
  const changes = await compiler.others.stream(name, compiler)
  if (changes) compiler.readStreams.add(name)
  return changes
}

/** A table by its name, e.g. from IDENTIFIER($t). */
const tableNamed = async (name: string, body: Tree, scope: Scope, compiler: Compiler): Promise<Relation> => {
  const view = compiler.views.get(name)
  if (view && !scope.ctes.some((cte) => cte.name === name)) {
    const { text, columns } = await compiler.query(view.query, emptyScope)
    const names = columnNames(body)
    return named(aliasOf(body, name), `(${text})`, columns, names.length > 0 ? names : view.columns)
  }
  const stream = await streamNamed(name, scope, compiler)
  if (stream) return named(aliasOf(body, name), `(${stream.text})`, stream.columns, columnNames(body))
  const columns = await existing(name, scope, compiler)
  const source = named(aliasOf(body, name), quoteName(name), columns, columnNames(body))
  return { ...source, text: source.text + sampleOf(child(body, 'table_sample')) }
}

const variableName = async (tree: unknown, scope: Scope, compiler: Compiler): Promise<string> => {
  const { literal } = await compiler.expression(tree, scope)
  if (literal === undefined) throw compilationError('IDENTIFIER takes text')
  if (/^[\w$]+$/.test(literal)) return literal.toUpperCase()
  if (/^"[^"]+"$/.test(literal)) return literal.slice(1, -1)
  throw notSupported(`The name ${literal}`)
}

const generator = async (
  args: readonly unknown[],
  alias: string,
  scope: Scope,
  compiler: Compiler
): Promise<Relation> => {
  const named = namedArguments({ name: 'GENERATOR', args, scope, compiler }, ['ROWCOUNT'])
  const rows = await compiler.expression(named.get('ROWCOUNT'), scope)
  const source: Source = { alias, path: quoteName(alias), columns: [] }
  return { text: `(SELECT 1 FROM range(CAST(${rows.text} AS BIGINT))) AS ${quoteName(alias)}`, source }
}

/** RESULT_SCAN of LAST_QUERY_ID(), of `:id`, or of an id that is written out. */
const resultScan = async (
  args: readonly unknown[],
  body: Tree,
  scope: Scope,
  compiler: Compiler
): Promise<Relation> => {
  const { literal, text } = await compiler.expression(args[0], scope)
  if (literal === undefined && !text.startsWith('CAST(NULL'))
    throw notSupported('RESULT_SCAN of an expression')
  const query = compiler.result(literal)
  const columns = await compiler.engine.describe(query)
  return named(aliasOf(body, 'RESULT_SCAN'), `(${query})`, columns, columnNames(body))
}

const tableFunction = async (
  inner: unknown,
  body: Tree,
  scope: Scope,
  compiler: Compiler
): Promise<Relation> => {
  const { kind, body: call } = nodeOf(inner)
  if (kind === 'parameter' || kind === 'literal') {
    return tableNamed(await variableName(inner, scope, compiler), body, scope, compiler)
  }
  const { name } = functionName(call)
  if (name === 'GENERATOR') return generator(list(call, 'args'), aliasOf(body, 'GENERATOR'), scope, compiler)
  if (name === 'RESULT_SCAN') return resultScan(list(call, 'args'), body, scope, compiler)
  throw notSupported(`TABLE(${name}(…))`)
}

const subquery = async (body: Tree, scope: Scope, compiler: Compiler): Promise<Relation> => {
  const [unknown] = unknownParts(body, [
    'this',
    'alias',
    'column_aliases',
    'modifiers_inside',
    'order_by',
    'limit',
    'offset'
  ])
  if (unknown) throw notSupported(`A subquery with ${unknown.toUpperCase()}`)
  const inner = { subquery: { ...body, alias: null, column_aliases: [] } }
  const { text, columns } = await compiler.query(inner, scope)
  return named(aliasOf(body, compiler.uniqueName()), `(${text})`, columns, columnNames(body))
}

/** One source of a FROM. @throws WorksheetError when there is none of that name, or of that kind. */
export const relation = async (tree: unknown, scope: Scope, compiler: Compiler): Promise<Relation> => {
  const { kind, body } = nodeOf(tree)
  switch (kind) {
    case 'table': {
      const [unknown] = unknownParts(body, [
        'name',
        'schema',
        'catalog',
        'alias',
        'column_aliases',
        'table_sample'
      ])
      if (unknown) throw notSupported(`A table with ${unknown.toUpperCase()}`)
      return tableNamed(tableName(body), body, scope, compiler)
    }
    case 'stage_reference': {
      const { text, columns } = await compiler.others.stage(body, compiler)
      return named(aliasOf(body, compiler.uniqueName()), `(${text})`, columns, columnNames(body))
    }
    case 'subquery':
      return subquery(body, scope, compiler)
    case 'values':
      return subquery(
        {
          this: { values: { ...body, alias: null, column_aliases: [] } },
          alias: body.alias,
          column_aliases: body.column_aliases
        },
        scope,
        compiler
      )
    case 'alias': {
      const { kind: inner, body: call } = nodeOf(body.this)
      if (inner === 'table' || inner === 'subquery' || inner === 'stage_reference') {
        return relation(
          { [inner]: { ...call, alias: body.alias, column_aliases: body.column_aliases } },
          scope,
          compiler
        )
      }
      if (inner !== 'function') throw notSupported(`FROM ${inner.toUpperCase()}`)
      return fromFunction(call, body, scope, compiler)
    }
    case 'function':
      return fromFunction(body, {}, scope, compiler)
    default:
      throw notSupported(`FROM ${kind.replaceAll('_', ' ').toUpperCase()}`)
  }
}

const fromFunction = async (call: Tree, body: Tree, scope: Scope, compiler: Compiler): Promise<Relation> => {
  const { name } = functionName(call)
  const [first] = list(call, 'args')
  if (name === 'TABLE') return tableFunction(first, body, scope, compiler)
  if (name === 'IDENTIFIER')
    return tableNamed(await variableName(first, scope, compiler), body, scope, compiler)
  throw notSupported(`FROM ${name}(…)`)
}
