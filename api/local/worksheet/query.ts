import type { Compiler } from './compiler.ts'
import { callsAnywhere } from './external-calls.ts'
import { identifier, quoteName } from './identifiers.ts'
import { type Column, type Cte, emptyScope, type Query, type Scope, type Sql } from './scope.ts'
import { compileSelect, limitClause } from './select.ts'
import { child, flag, list, nodeOf, type Tree, trees, unknownParts } from './sql-tree.ts'
import { unify } from './unify.ts'
import { orderTerms } from './window.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

const setWords: Readonly<Record<string, string>> = {
  union: 'UNION',
  except: 'EXCEPT',
  intersect: 'INTERSECT'
}

const cast = (query: Query, columns: readonly Column[]): string => {
  if (columns.every((column, at) => column.type === query.columns[at]?.type)) return query.text
  const names = columns.map((_, at) => `c${at}`)
  const casts = columns.map((column, at) => `CAST(c${at} AS ${column.type}) AS ${quoteName(column.name)}`)
  return `SELECT ${casts.join(', ')} FROM (${query.text}) AS q(${names.join(', ')})`
}

/** Columns of a UNION's two sides brought to one type. A VARIANT beside text must be cast by hand. */
const unified = (left: Query, right: Query): readonly Column[] => {
  if (left.columns.length !== right.columns.length) {
    throw compilationError(
      `invalid number of result columns for set operator input branches, expected ${left.columns.length}, got ${right.columns.length}`
    )
  }
  return left.columns.map((column, at) => {
    const other = right.columns[at] ?? column
    const isMixed =
      (column.type === 'JSON') !== (other.type === 'JSON') && ![column.type, other.type].includes('NULL')
    if (isMixed) throw notSupported('A set operation of a VARIANT and another type without a cast')
    const { type } = unify([
      { text: '', type: column.type },
      { text: '', type: other.type }
    ])
    return { name: column.name, type }
  })
}

const named = (columns: readonly Column[]): Scope['aliases'] =>
  new Map(
    columns.map((column): [string, Sql] => [column.name, { text: quoteName(column.name), type: column.type }])
  )

const tail = async (
  body: Tree,
  columns: readonly Column[],
  scope: Scope,
  compiler: Compiler
): Promise<string> => {
  const outputs: Scope = { ...scope, sources: [], aliases: named(columns) }
  const order = child(body, 'order_by')
  const parts = [
    order ? await orderTerms(trees(order, 'expressions'), outputs, compiler) : '',
    await limitClause(body, outputs, compiler)
  ]
  return parts
    .filter(Boolean)
    .map((part) => ` ${part}`)
    .join('')
}

const compileSetOperation = async (
  kind: string,
  body: Tree,
  scope: Scope,
  compiler: Compiler
): Promise<Query> => {
  const [unknown] = unknownParts(body, [
    'left',
    'right',
    'all',
    'distinct',
    'with',
    'order_by',
    'limit',
    'offset'
  ])
  if (unknown) throw notSupported(`${kind.toUpperCase()} with ${unknown.toUpperCase()}`)
  const left = await compiler.query(body.left, scope)
  const right = await compiler.query(body.right, scope)
  const columns = unified(left, right)
  const words = `${setWords[kind]}${flag(body, 'all') ? ' ALL' : ''}`
  return {
    text: `(${cast(left, columns)}) ${words} (${cast(right, columns)})${await tail(body, columns, scope, compiler)}`,
    columns
  }
}

const compileValues = async (body: Tree, scope: Scope, compiler: Compiler): Promise<Query> => {
  const rows: Sql[][] = []
  for (const row of trees(body, 'expressions')) {
    const values: Sql[] = []
    for (const tree of list(row, 'expressions')) values.push(await compiler.expression(tree, scope))
    rows.push(values)
  }
  const width = rows[0]?.length ?? 0
  if (rows.some((row) => row.length !== width))
    throw compilationError('VALUES rows have different numbers of columns')
  const columns = Array.from({ length: width }, (_, at) => unify(rows.map((row) => row[at] as Sql)))
  const texts = rows.map((_, row) => `(${columns.map((column) => column.values[row]?.text).join(', ')})`)
  const names = columns.map((column, at) => ({ name: `COLUMN${at + 1}`, type: column.type }))
  const list_ = names.map((column) => quoteName(column.name)).join(', ')
  return { text: `SELECT * FROM (VALUES ${texts.join(', ')}) AS v(${list_})`, columns: names }
}

const compileCte = async (
  tree: Tree,
  isRecursive: boolean,
  scope: Scope,
  compiler: Compiler
): Promise<Cte> => {
  const [unknown] = unknownParts(tree, ['alias', 'this', 'columns', 'alias_first'])
  if (unknown) throw notSupported(`WITH … ${unknown.toUpperCase()}`)
  const name = identifier(child(tree, 'alias'))
  const names = trees(tree, 'columns').map(identifier)
  const rename = (columns: readonly Column[]): readonly Column[] =>
    columns.map((column, at) => ({ name: names[at] ?? column.name, type: column.type }))
  const make = ({ text, columns }: Query): Cte => {
    const shown = rename(columns)
    return {
      name,
      columns: shown,
      definition: `${quoteName(name)}(${shown.map((column) => quoteName(column.name)).join(', ')}) AS (${text})`
    }
  }
  const { kind, body } = nodeOf(tree.this)
  if (!isRecursive || kind !== 'union') return make(await compiler.query(tree.this, scope))
  if (callsAnywhere(tree, compiler.functions, compiler.views))
    throw notSupported('An external function in WITH RECURSIVE')
  const anchor = make(await compiler.query(body.left, scope))
  const first = make(await compiler.query(tree.this, { ...scope, ctes: [...scope.ctes, anchor] }))
  return make(await compiler.query(tree.this, { ...scope, ctes: [...scope.ctes, first] }))
}

/** Whether a WITH reads itself: Snowflake does not ask for the word RECURSIVE. */
const readsItself = (tree: unknown, name: string): boolean => {
  if (Array.isArray(tree)) return tree.some((part) => readsItself(part, name))
  if (typeof tree !== 'object' || tree === null) return false
  const { kind, body } = nodeOf(tree)
  if (kind === 'table' && identifier(child(body, 'name')) === name) return true
  return Object.values(tree).some((part) => readsItself(part, name))
}

/** Compiles a query with its WITH. A recursive query is compiled again once its columns' types are known. */
const compileQuery = async (tree: unknown, outer: Scope, compiler: Compiler): Promise<Query> => {
  const { kind, body } = nodeOf(tree)
  const withClause = child(body, 'with')
  let scope = outer
  const definitions: string[] = []
  for (const cte of withClause ? trees(withClause, 'ctes') : []) {
    const name = identifier(child(cte, 'alias'))
    const isRecursive =
      flag(withClause ?? {}, 'recursive') ||
      (nodeOf(cte.this).kind === 'union' &&
        readsItself(cte.this, name) &&
        !scope.ctes.some((other) => other.name === name))
    const compiled = await compileCte(cte, isRecursive, scope, compiler)
    definitions.push(compiled.definition)
    scope = { ...scope, ctes: [...scope.ctes, compiled] }
  }
  const query = await compileBody(kind, body, scope, compiler)
  if (definitions.length === 0) return query
  return { ...query, text: `WITH RECURSIVE ${definitions.join(', ')} ${query.text}` }
}

const compileBody = async (kind: string, body: Tree, scope: Scope, compiler: Compiler): Promise<Query> => {
  switch (kind) {
    case 'select':
      return compileSelect(body, scope, compiler)
    case 'union':
    case 'except':
    case 'intersect':
      return compileSetOperation(kind, body, scope, compiler)
    case 'values':
      return compileValues(body, scope, compiler)
    case 'paren':
      return compiler.query(body.this, scope)
    case 'subquery': {
      const inner = await compiler.query(body.this, scope)
      const rest = await tail(body, inner.columns, scope, compiler)
      return rest === '' ? inner : { ...inner, text: `(${inner.text})${rest}` }
    }
    default:
      throw notSupported(kind.replaceAll('_', ' ').toUpperCase())
  }
}

export const queryWith =
  (compiler: () => Compiler): Compiler['query'] =>
  (tree, scope = emptyScope) =>
    compileQuery(tree, scope, compiler())
