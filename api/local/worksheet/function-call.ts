import type { Compiler } from './compiler.ts'
import { identifier } from './identifiers.ts'
import type { Scope, Sql } from './scope.ts'
import { child, nodeOf, type Tree, word } from './sql-tree.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** A call as written, with its arguments still to be compiled. */
export interface FunctionCall {
  readonly name: string
  readonly args: readonly unknown[]
  readonly scope: Scope
  readonly compiler: Compiler
}

/** A function whose meaning depends on its arguments' types, number or text. */
export type SpecialFunction = (call: FunctionCall) => Promise<Sql>

export const valuesOf = (call: FunctionCall): Promise<readonly Sql[]> =>
  Promise.all(call.args.map((arg) => call.compiler.expression(arg, call.scope)))

/** Checks the number of arguments as Snowflake does. @throws WorksheetError in its words. */
export const checkCount = (name: string, got: number, least: number, most = least): void => {
  if (got < least) {
    throw compilationError(`not enough arguments for function [${name}], expected ${least}, got ${got}`)
  }
  if (got > most) {
    throw compilationError(`too many arguments for function [${name}], expected ${most}, got ${got}`)
  }
}

/** The arguments as values, after checking their number. */
export const counted = async (call: FunctionCall, least: number, most = least): Promise<readonly Sql[]> => {
  checkCount(call.name, call.args.length, least, most)
  return valuesOf(call)
}

/** The text of a literal or bare word argument: a date part, a format. */
export const writtenArgument = (call: FunctionCall, at: number, what: string): string => {
  const { kind, body } = nodeOf(call.args[at])
  if (kind === 'literal' && word(body, 'literal_type') === 'string') return word(body, 'value')
  if (kind === 'var' || kind === 'identifier') return word(body, kind === 'var' ? 'this' : 'name')
  if (kind === 'column' && !child(body, 'table')) return identifier(child(body, 'name'))
  throw notSupported(`${call.name} with ${what} that is not written out`)
}

/** `name => value` arguments by upper-case name; positional ones by the names given. */
export const namedArguments = (
  call: FunctionCall,
  names: readonly string[]
): ReadonlyMap<string, unknown> => {
  const named = new Map<string, unknown>()
  for (const [at, arg] of call.args.entries()) {
    const { kind, body } = nodeOf(arg)
    const name = kind === 'named_argument' ? identifier(child(body, 'name')) : names[at]
    if (name === undefined || !names.includes(name)) {
      throw notSupported(`The argument ${name ?? at + 1} of ${call.name}`)
    }
    named.set(name, kind === 'named_argument' ? body.value : arg)
  }
  return named
}

/** A literal's own value: text, number or true/false. */
export const literalValue = (tree: unknown): string | undefined => {
  const { kind, body } = nodeOf(tree)
  if (kind === 'literal') return word(body, 'value')
  if (kind === 'boolean') return String((body as Tree).value)
  return undefined
}
