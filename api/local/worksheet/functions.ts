import { aggregates } from './aggregates.ts'
import type { Compiler } from './compiler.ts'
import { valuesOf } from './function-call.ts'
import { specialFunctions } from './function-catalog.ts'
import { functionPrefix } from './identifiers.ts'
import { callMacro } from './macro-call.ts'
import type { Scope, Sql } from './scope.ts'
import { child, flag, list, nodeOf, type Tree, trees, unknownParts, word } from './sql-tree.ts'
import { callUserFunction } from './user-functions.ts'
import { orderTerms, overClause } from './window.ts'
import { windowFunctions } from './window-functions.ts'
import { notSupported } from './worksheet-error.ts'

export interface Named {
  readonly name: string
  readonly isKnown: boolean
}

/** The function's name as the user wrote it, and whether the catalog has it. */
export const functionName = (body: Tree): Named => {
  const name = word(body, 'name').toUpperCase()
  const isKnown = name.startsWith(functionPrefix)
  return { name: isKnown ? name.slice(functionPrefix.length) : name, isKnown }
}

export const isAggregate = (name: string): boolean => name in aggregates

export const isWindowFunction = (name: string): boolean => name in windowFunctions

const readable = ['name', 'args', 'distinct', 'ignore_nulls', 'no_parens', 'use_bracket_syntax', 'quoted']

interface Clauses {
  readonly over?: Tree
  readonly order?: readonly Tree[]
}

const callAggregate = async (
  { body, name }: { readonly body: Tree; readonly name: string },
  clauses: Clauses,
  scope: Scope,
  compiler: Compiler
): Promise<Sql> => {
  const args = list(body, 'args')
  const isStar = nodeOf(args[0]).kind === 'star'
  if (isStar && (name !== 'COUNT' || args.length !== 1 || child(nodeOf(args[0]).body, 'table'))) {
    throw notSupported(`${name} of *`)
  }
  const run = aggregates[name] ?? windowFunctions[name]
  if (run === undefined) throw notSupported(name)
  const order = await orderTerms(clauses.order ?? [], scope, compiler)
  return run({
    name,
    values: isStar ? [] : await valuesOf({ name, args, scope, compiler }),
    isStar,
    distinct: flag(body, 'distinct'),
    ignoreNulls: flag(body, 'ignore_nulls') || flag(clauses.over ?? {}, 'ignore_nulls'),
    order: order === '' ? '' : ` ${order}`,
    over: clauses.over ? await overClause(clauses.over, name, scope, compiler) : '',
    typeOf: compiler.engine.typeOf
  })
}

/** A call, with its OVER or WITHIN GROUP when it has one. @throws WorksheetError: an unknown function, by name. */
export const callFunction = async (
  tree: unknown,
  clauses: Clauses,
  scope: Scope,
  compiler: Compiler
): Promise<Sql> => {
  const { kind, body } = nodeOf(tree)
  if (kind === 'within_group') {
    return callFunction(body.this, { ...clauses, order: trees(body, 'order_by') }, scope, compiler)
  }
  if (kind !== 'function' && kind !== 'aggregate_function') {
    throw notSupported(`${kind.replaceAll('_', '').toUpperCase()}(…)`)
  }
  const { name, isKnown } = functionName(body)
  if (!isKnown) throw notSupported(`The function ${name}`)
  const [unknown] = unknownParts(body, readable)
  if (unknown) throw notSupported(`${name} with ${unknown.toUpperCase()}`)
  if (name in aggregates || name in windowFunctions)
    return callAggregate({ body, name }, clauses, scope, compiler)
  if (clauses.over || clauses.order || flag(body, 'distinct'))
    throw notSupported(`${name} with OVER or DISTINCT`)
  const call = { name, args: list(body, 'args'), scope, compiler }
  const own = compiler.userFunctions.get(name)
  if (own) return callUserFunction(own, call, compiler)
  const special = specialFunctions[name]
  if (special) return special(call)
  if (compiler.engine.macros.has(functionPrefix + name)) return callMacro(call)
  throw notSupported(`${name} here`)
}
