import { compiled } from '../worksheet/call-places.ts'
import type { TargetType } from '../worksheet/data-types.ts'
import { isQuery } from '../worksheet/external-calls.ts'
import { identifier } from '../worksheet/identifiers.ts'
import type { Statement } from '../worksheet/read-script.ts'
import type { Sql, Value } from '../worksheet/scope.ts'
import { child, nodeOf } from '../worksheet/sql-tree.ts'
import { constantOf } from '../worksheet/value.ts'
import { compilationError } from '../worksheet/worksheet-error.ts'
import type { ScriptError } from './script-error.ts'

/** What a name of a block holds. */
export type Variable =
  | { readonly what: 'value'; readonly type: TargetType | undefined; value: Value }
  | { readonly what: 'exception'; readonly code: number; readonly message: string }
  | {
      readonly what: 'rows'
      readonly query: Statement | undefined
      queryId: string | undefined
      next: number
    }
  | { readonly what: 'record'; readonly fields: ReadonlyMap<string, Value> }
  | { readonly what: 'raised'; readonly error: ScriptError }

/** The names of a block and of the blocks around it. */
export interface Names {
  readonly own: Map<string, Variable>
  readonly outer: Names | undefined
}

export const findName = (names: Names | undefined, name: string): Variable | undefined =>
  names === undefined ? undefined : (names.own.get(name) ?? findName(names.outer, name))

/** @throws WorksheetError when there is no such variable */
export const valueNamed = (names: Names, name: string): Variable & { readonly what: 'value' } => {
  const found = findName(names, name)
  if (found?.what === 'value') return found
  throw compilationError(`error line 1: '${name}' is not a variable of the block`)
}

/** The values that `:name` may mean, innermost first. */
export const bindsOf = (names: Names): Map<string, Sql> => {
  const binds = names.outer === undefined ? new Map<string, Sql>() : bindsOf(names.outer)
  for (const [name, variable] of names.own) {
    if (variable.what === 'value') binds.set(name, constantOf(variable.value))
    if (variable.what === 'rows' && variable.queryId !== undefined)
      binds.set(name, constantOf({ type: 'VARCHAR', text: variable.queryId }))
  }
  return binds
}

/**
 * An expression of a block with its variables' values in place of their bare names. A query inside sees them by
 * `:name` only. https://docs.snowflake.com/en/developer-guide/snowflake-scripting/variables
 */
export const withVariables = (tree: unknown, names: Names, binds: ReadonlyMap<string, Sql>): unknown => {
  if (Array.isArray(tree)) return tree.map((part) => withVariables(part, names, binds))
  if (typeof tree !== 'object' || tree === null) return tree
  const { kind, body } = nodeOf(tree)
  if (Object.keys(tree).length === 1 && isQuery(kind)) return tree
  if (kind === 'column') {
    const name = identifier(child(body, 'name'))
    const table = child(body, 'table')
    if (table === undefined) return binds.has(name) ? compiled(binds.get(name) as Sql) : tree
    const record = findName(names, identifier(table))
    const field = record?.what === 'record' ? record.fields.get(name) : undefined
    return field === undefined ? tree : compiled(constantOf(field))
  }
  return Object.fromEntries(
    Object.entries(tree).map(([name, part]) => [name, withVariables(part, names, binds)])
  )
}
