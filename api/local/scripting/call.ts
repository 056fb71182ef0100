import { nearest } from '../../json/nearest.ts'
import type { TargetType } from '../worksheet/data-types.ts'
import type { Statement } from '../worksheet/read-script.ts'
import type { Value } from '../worksheet/scope.ts'
import type { Done, Extension, Frame, Session } from '../worksheet/session.ts'
import { list, nodeOf } from '../worksheet/sql-tree.ts'
import { converted, evaluate } from '../worksheet/value.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'
import type { Returned } from './block-run.ts'
import { isBlock } from './is-block.ts'
import type { Procedure } from './procedure.ts'
import { readBlock } from './read-block.ts'
import { runScript } from './run-block.ts'
import { StatementCancelled } from './script-error.ts'
import { type Variable, withVariables } from './variables.ts'

export interface CallDeps {
  readonly procedures: ReadonlyMap<string, Procedure>
  readonly functions: ReadonlySet<string>
  readonly readOne: (sql: string) => Statement
  readonly readScript: (script: string) => readonly Statement[]
  readonly wait: (seconds: number) => Promise<void>
  /** See BlockWorld. */
  readonly afterStatement: (sql: string, session: number) => Promise<void>
}

/** The procedure that takes that many arguments. @throws WorksheetError, naming the nearest */
const chosen = (name: string, count: number, procedures: ReadonlyMap<string, Procedure>): Procedure => {
  const all = [...procedures.values()]
  const named = all.filter((procedure) => procedure.name === name)
  const fitting = named.find(
    ({ parameters }) =>
      count <= parameters.length && parameters.slice(count).every(({ initial }) => initial !== undefined)
  )
  if (fitting) return fitting
  if (named.length > 0)
    throw compilationError(`Invalid argument types for procedure '${name}': ${count} arguments`)
  const names = all.map((procedure) => procedure.name)
  const meant = nearest(name, names)
  const hint = meant === undefined ? '' : ` (did you mean ${meant.toLowerCase()}?)`
  throw compilationError(`Unknown user-defined function ${name}${hint}`)
}

/** The result of a call: the table that it returned, or its value under its name. */
const answer = async (
  { sql, name }: { readonly sql: string; readonly name: string },
  { value, table }: Returned,
  session: Session,
  returns?: TargetType
): Promise<Done> => {
  if (table !== undefined) return session.show(sql, session.results.query(table))
  const given: Value = value ?? { type: 'NULL', text: null }
  return session.showValue(sql, name, await converted(given, returns, session.engine))
}

/** A statement of a procedure is the same with each call: its list is read once. */
const knownExpressions = new WeakMap<Statement, readonly unknown[]>()

/** CALL, CALL SYSTEM$WAIT and EXECUTE IMMEDIATE. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the procedures; a short function for each statement
export const callExtensions = (deps: CallDeps): readonly Extension[] => {
  const { procedures, functions, readOne, readScript } = deps

  /** The expressions of a list in a statement; the reader names those without an alias by their text. */
  const expressionsIn = (statement: Statement, written: string): readonly unknown[] => {
    const known = knownExpressions.get(statement)
    if (known) return known
    const expressions =
      written.trim() === ''
        ? []
        : list(nodeOf(readOne(`select ${written}`).parse()).body, 'expressions').map((item) => {
            const { kind, body } = nodeOf(item)
            return kind === 'alias' ? body.this : item
          })
    knownExpressions.set(statement, expressions)
    return expressions
  }

  /** Runs a procedure one level deeper. What it left open is rolled back. */
  const invoke = async (
    { block, isOwner }: Pick<Procedure, 'block' | 'isOwner'>,
    values: ReadonlyMap<string, Variable>,
    { depth: outer, progress }: Frame,
    session: Session
  ): Promise<Returned> => {
    const depth = outer + 1
    const afterStatement = (sql: string): Promise<void> => deps.afterStatement(sql, session.id)
    try {
      const world = { session, frame: { depth, isOwner, progress }, afterStatement }
      const returned = await runScript(block, values, world)
      await session.transactions.endProcedure(depth)
      return returned
    } catch (error) {
      if (error instanceof StatementCancelled) await session.transactions.abandon()
      else await session.transactions.endProcedure(depth).catch(() => undefined)
      throw error
    }
  }

  /** https://docs.snowflake.com/en/sql-reference/sql/call */
  const call: Extension['run'] = async (statement, frame, session) => {
    const { sql } = statement
    const [, path = '', written = ''] = /^call\s+([\w.$"]+)\s*\(([\s\S]*)\)$/i.exec(sql) ?? []
    if (path === '') throw compilationError('syntax error: CALL takes a procedure and its arguments')
    const name = path.replaceAll('"', '').toUpperCase()
    if (name.includes('.')) throw notSupported(`A name with a schema (${name})`)
    const args = expressionsIn(statement, written)
    const procedure = chosen(name, args.length, procedures)
    const values = new Map<string, Variable>()
    for (const [at, { name: parameter, type, initial }] of procedure.parameters.entries()) {
      const tree = at < args.length ? args[at] : initial?.parse()
      values.set(parameter, {
        what: 'value',
        type,
        value: await evaluate(tree, session.compiler(frame), type)
      })
    }
    const returned = await invoke(procedure, values, frame, session)
    return answer({ sql, name }, returned, session, procedure.returns)
  }

  const wait: Extension['run'] = async (statement, frame, session) => {
    const { sql } = statement
    const [seconds] = expressionsIn(statement, sql.replace(/^call\s+system\$wait\s*/i, ''))
    const { text } = await evaluate(seconds, session.compiler(frame))
    await deps.wait(Number(text))
    return session.show(sql, `SELECT 'waited ${text} seconds' AS "SYSTEM$WAIT"`)
  }

  /** https://docs.snowflake.com/en/sql-reference/sql/execute-immediate */
  const immediate: Extension['run'] = async (given, frame, session) => {
    const { sql } = given
    const written = sql.replace(/^execute\s+immediate\s+/i, '')
    if (/\busing\s*\([^()]*\)$/i.test(written)) throw notSupported('EXECUTE IMMEDIATE with USING')
    const [item] = expressionsIn(given, written)
    // In a block the text may stand in a variable, by its bare name or as a bind.
    const names = { own: new Map<string, Variable>(), outer: undefined }
    const expression = withVariables(item, names, frame.depth > 0 ? frame.binds : new Map())
    const text = (await evaluate(expression, session.compiler(frame))).text ?? ''
    if (isBlock(text)) {
      const block = readBlock(text, functions, readOne)
      return answer(
        { sql, name: 'anonymous block' },
        await invoke({ ...frame, block }, new Map(), frame, session),
        session
      )
    }
    const [statement, more] = readScript(text)
    if (statement === undefined) throw compilationError('EXECUTE IMMEDIATE of an empty text')
    if (more) throw notSupported('EXECUTE IMMEDIATE of several statements')
    return session.execute(statement, { ...frame, binds: new Map() })
  }

  return [
    { words: /^call\s+system\$wait\b/i, run: wait },
    { words: /^call\b/i, run: call },
    { words: /^execute\s+immediate\b/i, run: immediate }
  ]
}
