import { asVariant } from './casts.ts'
import { asCondition } from './comparison.ts'
import type { Compiler } from './compiler.ts'
import { familyOf, snowflakeType } from './duck-type.ts'
import { literalValue, namedArguments } from './function-call.ts'
import { functionName } from './functions.ts'
import { identifier, quoteName } from './identifiers.ts'
import type { Column, Scope, Source, Sql } from './scope.ts'
import { child, list, nodeOf, type Tree, trees, unknownParts, word } from './sql-tree.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** A FROM: its text, and the sources and merged columns it gives to the rest of the query. */
export interface From {
  readonly text: string
  readonly scope: Scope
}

/** One source before it is joined. */
interface Relation {
  readonly text: string
  readonly source: Source
}

let wrappers = 0

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

const aliasOf = (body: Tree, otherwise = ''): string => {
  const alias = body.alias
  if (typeof alias === 'string') return alias.toUpperCase()
  return alias ? identifier(alias as Tree) : otherwise
}

const columnNames = (body: Tree): readonly string[] => trees(body, 'column_aliases').map(identifier)

const sampleOf = (sample: Tree | undefined): string => {
  if (sample === undefined) return ''
  const known = [
    'method',
    'size',
    'unit_after_size',
    'use_sample_keyword',
    'explicit_method',
    'method_before_size',
    'is_using_sample'
  ]
  const [unknown] = unknownParts(sample, known)
  const size = literalValue(sample.size)
  const method = word(sample, 'method')
  if (unknown || size === undefined)
    throw notSupported(`SAMPLE with ${unknown?.toUpperCase() ?? 'a size that is not a number'}`)
  if (method === 'Row') return ` TABLESAMPLE reservoir(${size} ROWS)`
  if (method === 'Bernoulli') return ` TABLESAMPLE bernoulli(${size} PERCENT)`
  throw notSupported(`SAMPLE ${method.toUpperCase()}`)
}

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
  const found = await compiler.engine.run(
    `SELECT 1 FROM information_schema.tables WHERE table_name = '${name.replaceAll("'", "''")}'`
  )
  if (found.currentRowCount === 0) {
    throw compilationError(`Object '${name}' does not exist or not authorized.`)
  }
  return compiler.engine.describe(`SELECT * FROM ${quoteName(name)}`)
}

/** A table by its name, e.g. from IDENTIFIER($t). */
const tableNamed = async (name: string, body: Tree, scope: Scope, compiler: Compiler): Promise<Relation> => {
  const columns = await existing(name, scope, compiler)
  const relation = named(aliasOf(body, name), quoteName(name), columns, columnNames(body))
  return { ...relation, text: relation.text + sampleOf(child(body, 'table_sample')) }
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

const lastResult = async (args: readonly unknown[], body: Tree, compiler: Compiler): Promise<Relation> => {
  const { kind, body: inner } = nodeOf(args[0])
  if (kind !== 'function' || functionName(inner).name !== 'LAST_QUERY_ID' || list(inner, 'args').length > 0) {
    throw notSupported('RESULT_SCAN of other than LAST_QUERY_ID()')
  }
  const table = await compiler.lastResult()
  const columns = await compiler.engine.describe(`SELECT * FROM ${quoteName(table)}`)
  return named(aliasOf(body, 'RESULT_SCAN'), quoteName(table), columns, columnNames(body))
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
  if (name === 'RESULT_SCAN') return lastResult(list(call, 'args'), body, compiler)
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
  wrappers += 1
  const inner = { subquery: { ...body, alias: null, column_aliases: [] } }
  const { text, columns } = await compiler.query(inner, scope)
  return named(aliasOf(body, `_Q${wrappers}`), `(${text})`, columns, columnNames(body))
}

const relation = async (tree: unknown, scope: Scope, compiler: Compiler): Promise<Relation> => {
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

/** The FLATTEN call of `LATERAL FLATTEN(…) f` or `TABLE(FLATTEN(…)) f`, when the tree is one. */
const flattenCall = (tree: unknown): { readonly call: Tree; readonly body: Tree } | undefined => {
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

/**
 * Flattens beside what stands left of it. Each left source becomes one struct column of a subquery that unnests the
 * entries: DuckDB's own lateral join would lose the order of the rows, and with it INDEX order and SEQ.
 */
const flattenInto = async (
  left: From | undefined,
  call: Tree,
  body: Tree,
  outer: Scope,
  compiler: Compiler
): Promise<From> => {
  const scope = left?.scope ?? outer
  const args = namedArguments({ name: 'FLATTEN', args: list(call, 'args'), scope, compiler }, [
    'INPUT',
    'PATH',
    'OUTER',
    'RECURSIVE',
    'MODE'
  ])
  const option = (name: string, otherwise: string): string => {
    const value = args.has(name) ? literalValue(args.get(name)) : otherwise
    if (value === undefined) throw notSupported(`FLATTEN with ${name} that is not written out`)
    return value
  }
  const input: Sql = await compiler.expression(args.get('INPUT'), scope)
  if (!['variant', 'null'].includes(familyOf(input.type))) {
    throw compilationError(`Invalid argument types for function 'FLATTEN': (${snowflakeType(input.type)})`)
  }
  wrappers += 1
  const wrapper = quoteName(`_F${wrappers}`)
  const alias = aliasOf(body, `_FLATTEN${wrappers}`)
  const names = columnNames(body)
  const entries = `flatten_entries(${asVariant(input).text}, '${option('PATH', '').replaceAll("'", "''")}', ${option('OUTER', 'false') === 'true'}, ${option('RECURSIVE', 'false') === 'true'}, '${option('MODE', 'BOTH').toUpperCase()}', CAST(row_number() OVER () AS INTEGER))`
  const sources = scope === outer ? [] : scope.sources
  const kept = sources.map((source) => `${source.path} AS ${quoteName(source.alias)}`)
  const columns = flattenColumns.map((column, at) => ({ ...column, name: names[at] ?? column.name }))
  const fields =
    names.length === 0
      ? 'e'
      : `struct_pack(${columns.map((column, at) => `${quoteName(column.name)} := e.${quoteName(flattenColumns[at]?.name ?? '')}`).join(', ')})`
  const unnested = `SELECT ${[...kept, `unnest(${entries}) AS e`].join(', ')}${left ? ` FROM ${left.text}` : ''}`
  const keptNames = sources.map((source) => quoteName(source.alias))
  return {
    text: `(SELECT ${[...keptNames, `${fields} AS ${quoteName(alias)}`].join(', ')} FROM (${unnested})) AS ${wrapper}`,
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

const joinWords: Readonly<Record<string, string>> = {
  Inner: 'JOIN',
  Left: 'LEFT JOIN',
  Right: 'RIGHT JOIN',
  Full: 'FULL JOIN',
  Cross: 'CROSS JOIN',
  Implicit: 'CROSS JOIN',
  Natural: 'NATURAL JOIN'
}

const attach = (left: From | undefined, words: string, right: Relation, outer: Scope): From => {
  if (left === undefined) return { text: right.text, scope: { ...outer, sources: [right.source] } }
  if (left.scope.sources.some((source) => source.alias === right.source.alias)) {
    throw compilationError(`duplicate alias '${right.source.alias}'`)
  }
  return {
    text: `${left.text} ${words} ${right.text}`,
    scope: { ...left.scope, sources: [...left.scope.sources, right.source] }
  }
}

const merge = (from: From, names: readonly string[]): From => ({
  ...from,
  scope: { ...from.scope, merged: new Set([...from.scope.merged, ...names]) }
})

const join = async (left: From, body: Tree, outer: Scope, compiler: Compiler): Promise<From> => {
  const [unknown] = unknownParts(body, [
    'this',
    'on',
    'using',
    'kind',
    'use_inner_keyword',
    'use_outer_keyword',
    'nesting_group'
  ])
  if (unknown && unknown !== 'nesting_group') throw notSupported(`JOIN with ${unknown.toUpperCase()}`)
  const kind = word(body, 'kind')
  const words = joinWords[kind]
  if (words === undefined) throw notSupported(`${kind.toUpperCase()} JOIN`)
  const flattening = flattenCall(body.this)
  if (flattening) {
    const isOn = body.on && literalValue(body.on) !== 'true'
    if (!['Cross', 'Implicit', 'Inner'].includes(kind) || isOn)
      throw notSupported(`${kind.toUpperCase()} JOIN of FLATTEN with a condition`)
    return flattenInto(left, flattening.call, flattening.body, outer, compiler)
  }
  const right = await relation(body.this, outer, compiler)
  const using = trees(body, 'using').map(identifier)
  const joined = attach(left, words, right, outer)
  if (kind === 'Natural') {
    const known = new Set(left.scope.sources.flatMap((source) => source.columns.map((column) => column.name)))
    return merge(
      joined,
      right.source.columns.map((column) => column.name).filter((name) => known.has(name))
    )
  }
  if (using.length > 0) {
    return merge({ ...joined, text: `${joined.text} USING (${using.map(quoteName).join(', ')})` }, using)
  }
  if (!body.on)
    return kind === 'Inner' ? { ...joined, text: `${left.text} CROSS JOIN ${right.text}` } : joined
  const condition = asCondition(await compiler.expression(body.on, joined.scope))
  return { ...joined, text: `${joined.text} ON ${condition.text}` }
}

/** Compiles FROM and its joins; `outer` is the scope around the query. */
export const compileFrom = async (select: Tree, outer: Scope, compiler: Compiler): Promise<From> => {
  const enclosing: Scope = { ...outer, sources: [], merged: new Set(), aliases: new Map(), outer }
  const from = child(select, 'from')
  let result: From | undefined
  for (const tree of from ? list(from, 'expressions') : []) {
    const flattening = flattenCall(tree)
    result = flattening
      ? await flattenInto(result, flattening.call, flattening.body, enclosing, compiler)
      : attach(result, 'CROSS JOIN', await relation(tree, enclosing, compiler), enclosing)
  }
  for (const tree of trees(select, 'joins')) {
    if (result === undefined) throw compilationError('JOIN without FROM')
    result = await join(result, tree, enclosing, compiler)
  }
  return result ?? { text: '', scope: enclosing }
}
