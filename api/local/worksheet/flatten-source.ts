import { asVariant } from './casts.ts'
import type { Compiler } from './compiler.ts'
import { familyOf, snowflakeType } from './duck-type.ts'
import { literalValue, namedArguments } from './function-call.ts'
import { functionName } from './functions.ts'
import { quoteName, quoteText } from './identifiers.ts'
import { aliasOf, columnNames } from './named-relation.ts'
import type { Column, From, Scope, Sql } from './scope.ts'
import { list, nodeOf, type Tree } from './sql-tree.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** The FLATTEN call of `LATERAL FLATTEN(…) f` or `TABLE(FLATTEN(…)) f`, when the tree is one. */
export const flattenCall = (tree: unknown): { readonly call: Tree; readonly body: Tree } | undefined => {
  const { kind, body } = nodeOf(tree)
  const inner = kind === 'alias' || kind === 'lateral' ? nodeOf(body.this) : { kind, body }
  if (inner.kind !== 'function') return undefined
  const { name } = functionName(inner.body)
  if (name === 'FLATTEN' && kind === 'lateral') return { call: inner.body, body }
  if (name !== 'TABLE') return undefined
  const argument = nodeOf(list(inner.body, 'args')[0])
  if (argument.kind !== 'function' || functionName(argument.body).name !== 'FLATTEN') return undefined
  return { call: argument.body, body: kind === 'alias' || kind === 'lateral' ? body : {} }
}

const flattenColumns: readonly Column[] = [
  { name: 'SEQ', type: 'INTEGER' },
  { name: 'KEY', type: 'VARCHAR' },
  { name: 'PATH', type: 'VARCHAR' },
  { name: 'INDEX', type: 'INTEGER' },
  { name: 'VALUE', type: 'JSON' },
  { name: 'THIS', type: 'JSON' }
]

const parameters = ['INPUT', 'PATH', 'OUTER', 'RECURSIVE', 'MODE']

/** DuckDB's call that gives the entries of each row's input, as a list of structs. */
const entriesOf = async (call: Tree, seq: string, scope: Scope, compiler: Compiler): Promise<string> => {
  const args = namedArguments({ name: 'FLATTEN', args: list(call, 'args'), scope, compiler }, parameters)
  const option = (name: string, otherwise: string): string => {
    const value = args.has(name) ? literalValue(args.get(name)) : otherwise
    if (value === undefined) throw notSupported(`FLATTEN with ${name} that is not written out`)
    return value
  }
  const input: Sql = await compiler.expression(args.get('INPUT'), scope)
  if (!['variant', 'null'].includes(familyOf(input.type))) {
    throw compilationError(`Invalid argument types for function 'FLATTEN': (${snowflakeType(input.type)})`)
  }
  const values = [
    asVariant(input).text,
    quoteText(option('PATH', '')),
    option('OUTER', 'false') === 'true',
    option('RECURSIVE', 'false') === 'true',
    quoteText(option('MODE', 'BOTH').toUpperCase()),
    seq
  ]
  return `flatten_entries(${values.join(', ')})`
}

const renamed = (columns: readonly Column[]): string => {
  const fields = columns.map(
    (column, at) => `${quoteName(column.name)} := e.${flattenColumns[at]?.name ?? ''}`
  )
  return `struct_pack(${fields.join(', ')})`
}

/**
 * Flattens beside what stands left of it. Each left source becomes one struct column of a subquery that unnests the
 * entries: DuckDB's own lateral join would lose the order of the rows, and with it INDEX order and SEQ.
 */
export const flattenInto = async (
  left: From | undefined,
  { call, body }: { readonly call: Tree; readonly body: Tree },
  outer: Scope,
  compiler: Compiler
): Promise<From> => {
  const scope = left?.scope ?? outer
  const sources = left ? scope.sources : []
  const seq = left ? 'CAST(row_number() OVER () AS INTEGER)' : '1'
  const entries = await entriesOf(call, seq, scope, compiler)
  const wrapper = quoteName(compiler.uniqueName())
  const alias = aliasOf(body, compiler.uniqueName())
  const names = columnNames(body)
  const columns = flattenColumns.map((column, at) => ({ ...column, name: names[at] ?? column.name }))
  const structs = sources.map((source) => `${source.path} AS ${quoteName(source.alias)}`)
  const unnested = [...structs, `unnest(${entries}) AS e`].join(', ')
  const kept = sources.map((source) => quoteName(source.alias))
  const shown = [...kept, `${names.length === 0 ? 'e' : renamed(columns)} AS ${quoteName(alias)}`].join(', ')
  return {
    text: `(SELECT ${shown} FROM (SELECT ${unnested}${left ? ` FROM ${left.text}` : ''})) AS ${wrapper}`,
    scope: {
      ...scope,
      merged: new Set(),
      sources: [
        ...sources.map((source) => ({ ...source, path: `${wrapper}.${quoteName(source.alias)}` })),
        { alias, path: `${wrapper}.${quoteName(alias)}`, columns }
      ]
    }
  }
}
