import { compilationError } from '../worksheet/worksheet-error.ts'
import type { BlockRun, End } from './block-run.ts'
import { numberOf, textOf } from './plain-variables.ts'
import { raisedBy, ScriptError, StatementCancelled } from './script-error.ts'
import type { Handler } from './script-tree.ts'
import { findName, type Names, type Variable } from './variables.ts'

/** RAISE; without a name it raises again what a handler has caught. */
export const raise = (name: string | undefined, names: Names): never => {
  const found = findName(names, name ?? 'RAISED')
  if (name === undefined && found?.what === 'raised') throw found.error
  if (name === undefined) throw compilationError('RAISE without a name stands in a handler')
  if (found?.what !== 'exception') throw compilationError(`the exception '${name}' is not declared`)
  const { code, message } = found
  throw new ScriptError({ name, message, code, state: 'P0001' })
}

/** Runs the handler that catches the error. @throws what nobody catches, and the end of a cancelled statement */
export const handle = async (
  { runAll }: BlockRun,
  error: unknown,
  handlers: readonly Handler[],
  names: Names
): Promise<End> => {
  if (error instanceof StatementCancelled) throw error
  const raised = raisedBy(error, 'STATEMENT_ERROR')
  const { message, code, state } = raised
  const handler = handlers.find(
    ({ names: caught }) => caught.includes('OTHER') || caught.includes(raised.name)
  )
  if (handler === undefined) throw new ScriptError(raised)
  const own = new Map<string, Variable>([
    ['SQLERRM', textOf(message)],
    ['RAISED', { what: 'raised', error: new ScriptError(raised) }]
  ])
  if (state !== undefined) own.set('SQLSTATE', textOf(state))
  if (code !== undefined) own.set('SQLCODE', numberOf(code))
  return runAll(handler.body, { own, outer: names })
}
