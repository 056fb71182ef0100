import type { Compiler } from './compiler.ts'
import { namedArguments } from './function-call.ts'
import { functionName } from './functions.ts'
import { quoteName } from './identifiers.ts'
import { aliasOf, columnNames, namedRelation, type Relation } from './named-relation.ts'
import type { Scope, Source } from './scope.ts'
import { list, nodeOf, type Tree } from './sql-tree.ts'
import { tableNamed } from './table-relation.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** The name that IDENTIFIER or TABLE was given as text or as a variable. */
const variableName = async (tree: unknown, scope: Scope, compiler: Compiler): Promise<string> => {
  const { literal } = await compiler.expression(tree, scope)
  if (literal === undefined) throw compilationError('IDENTIFIER takes text')
  if (/^[\w$]+$/.test(literal)) return literal.toUpperCase()
  if (/^"[^"]+"$/.test(literal)) return literal.slice(1, -1)
  throw notSupported(`The name ${literal}`)
}

/** https://docs.snowflake.com/en/sql-reference/functions/generator */
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
  return namedRelation(aliasOf(body, 'RESULT_SCAN'), `(${query})`, columns, columnNames(body))
}

/** What TABLE(…) holds: a table by its name, or a function. */
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

/** A call in a FROM: TABLE(…) or IDENTIFIER(…). @throws WorksheetError for any other */
export const fromFunction = async (
  call: Tree,
  body: Tree,
  scope: Scope,
  compiler: Compiler
): Promise<Relation> => {
  const { name } = functionName(call)
  const [first] = list(call, 'args')
  if (name === 'TABLE') return tableFunction(first, body, scope, compiler)
  if (name === 'IDENTIFIER')
    return tableNamed(await variableName(first, scope, compiler), body, scope, compiler)
  throw notSupported(`FROM ${name}(…)`)
}
