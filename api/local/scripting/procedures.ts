import { nearest } from '../../json/nearest.ts'
import { castTo } from '../worksheet/casts.ts'
import type { TargetType } from '../worksheet/data-types.ts'
import { snowflakeType } from '../worksheet/duck-type.ts'
import { quoteName } from '../worksheet/identifiers.ts'
import type { Statement } from '../worksheet/read-script.ts'
import type { Done, Extension, Frame, Session } from '../worksheet/session.ts'
import { list, nodeOf } from '../worksheet/sql-tree.ts'
import type { Token } from '../worksheet/tokens.ts'
import { constantOf, evaluate, type Value } from '../worksheet/value.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'
import { isBlock, readBlock } from './read-block.ts'
import { readType } from './read-type.ts'
import { runScript } from './run-block.ts'
import { StatementCancelled } from './script-error.ts'
import type { Block, Expression } from './script-tree.ts'
import { type TokenReader, tokenReader } from './token-reader.ts'
import { type Variable, withVariables } from './variables.ts'

interface Parameter {
  readonly name: string
  readonly type: TargetType
  readonly initial: Expression | undefined
}

/** A stored procedure of LANGUAGE SQL. */
export interface Procedure {
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** undefined: a table. */
  readonly returns: TargetType | undefined
  readonly isOwner: boolean
  readonly block: Block
  readonly createdAt: Date
}

export interface ScriptingDeps {
  readonly procedures: Map<string, Procedure>
  readonly functions: ReadonlySet<string>
  readonly readOne: (sql: string) => Statement
  readonly readScript: (script: string) => readonly Statement[]
  readonly now: () => Date
  readonly wait: (seconds: number) => Promise<void>
  /** See BlockWorld. */
  readonly afterStatement: (sql: string, session: number) => Promise<void>
}

const textOf = (token: Token | undefined): string => token?.text ?? ''

/** `(a varchar, b object default null)` */
const readParameters = (read: TokenReader): readonly Parameter[] => {
  const found: Parameter[] = []
  read.expect('(')
  while (!read.accept(')')) {
    const name = read.name()
    if (['IN', 'INPUT', 'OUT', 'OUTPUT'].includes(name)) throw notSupported(`A parameter ${name}`)
    const type = readType(read.until('DEFAULT', ',', ')').sql)
    const initial = read.accept('DEFAULT') ? read.until(',', ')').expression() : undefined
    found.push({ name, type, initial })
    read.accept(',')
  }
  return found
}

/** The name, without the database and schema that the worksheet does not have. */
export const plainName = (read: TokenReader): string => {
  const name = read.name()
  if (read.peek() === '.') throw notSupported(`A name with a schema (${name}.…)`)
  return name
}

/** https://docs.snowflake.com/en/sql-reference/sql/create-procedure */
const readProcedure = (statement: Statement, deps: ScriptingDeps) => {
  const { functions, readOne, now } = deps
  const read = tokenReader(Array.from(statement.sql), shifted(statement), functions, readOne)
  read.expect('CREATE')
  const isReplacing = read.accept('OR', 'REPLACE')
  read.expect('PROCEDURE')
  const isOptional = read.accept('IF', 'NOT', 'EXISTS')
  const name = plainName(read)
  const parameters = readParameters(read)
  read.accept('COPY', 'GRANTS')
  read.expect('RETURNS')
  const isTable = read.peek() === 'TABLE'
  const type = read.until('LANGUAGE').sql
  read.next()
  const language = read.name()
  if (language !== 'SQL') throw notSupported(`A procedure in ${language}`)
  let isOwner = true
  while (!read.accept('AS')) {
    if (read.accept('EXECUTE', 'AS')) {
      const rights = read.name()
      if (!['OWNER', 'CALLER'].includes(rights)) throw notSupported(`EXECUTE AS ${rights}`)
      isOwner = rights === 'OWNER'
    } else if (read.accept('COMMENT', '=')) read.next()
    else if (!read.accept('CALLED', 'ON', 'NULL', 'INPUT'))
      throw notSupported(`CREATE PROCEDURE with ${read.peek()}`)
  }
  const body = textOf(statement.tokens.at(-1))
  const procedure: Procedure = {
    name,
    parameters,
    returns: isTable ? undefined : readType(type.replace(/\s+not\s+null\s*$/i, '')),
    isOwner,
    block: readBlock(body, functions, readOne),
    createdAt: now()
  }
  return { procedure, isReplacing, isOptional }
}

/** A statement's tokens with places that count its own characters. */
export const shifted = ({ tokens }: Statement): readonly Token[] => {
  const start = tokens[0]?.start ?? 0
  return tokens.map((token) => ({ ...token, start: token.start - start, end: token.end - start }))
}

/** The reader names items without an alias by their text. */
const withoutAlias = (item: unknown): unknown => {
  const { kind, body } = nodeOf(item)
  return kind === 'alias' ? body.this : item
}

const overloadKey = (name: string, parameters: readonly Parameter[]): string =>
  `${name}(${parameters.map(({ type }) => snowflakeType(type.type)).join(', ')})`

/** CREATE PROCEDURE, CALL, DROP PROCEDURE and EXECUTE IMMEDIATE. */
export const scriptingExtensions = (deps: ScriptingDeps): readonly Extension[] => {
  const { procedures, readOne } = deps

  const create: Extension['run'] = async (statement, frame, session) => {
    await session.transactions.beforeDdl(frame.depth, 'CREATE PROCEDURE')
    const { procedure, isReplacing, isOptional } = readProcedure(statement, deps)
    const key = overloadKey(procedure.name, procedure.parameters)
    if (procedures.has(key) && !isReplacing) {
      if (!isOptional) throw compilationError(`Object '${procedure.name}' already exists.`)
      return session.say(statement.sql, `${procedure.name} already exists, statement succeeded.`)
    }
    procedures.set(key, procedure)
    return session.say(statement.sql, `Function ${procedure.name} successfully created.`)
  }

  const chosen = (name: string, count: number): Procedure => {
    const named = [...procedures.values()].filter((procedure) => procedure.name === name)
    const fitting = named.find(
      ({ parameters }) =>
        count <= parameters.length && parameters.slice(count).every(({ initial }) => initial !== undefined)
    )
    if (fitting) return fitting
    if (named.length > 0)
      throw compilationError(`Invalid argument types for procedure '${name}': ${count} arguments`)
    const meant = nearest(
      name,
      [...procedures.values()].map((procedure) => procedure.name)
    )
    const hint = meant === undefined ? '' : ` (did you mean ${meant.toLowerCase()}?)`
    throw compilationError(`Unknown user-defined function ${name}${hint}`)
  }

  /** The values of a call's parameters, each converted to its type. */
  const argumentsOf = async (
    procedure: Procedure,
    args: readonly unknown[],
    frame: Frame,
    session: Session
  ): Promise<ReadonlyMap<string, Variable>> => {
    const values = new Map<string, Variable>()
    for (const [at, { name, type, initial }] of procedure.parameters.entries()) {
      const tree = at < args.length ? args[at] : initial?.parse()
      const value = await evaluate(tree, session.compiler(frame), type)
      values.set(name, { what: 'value', type, value })
    }
    return values
  }

  /** Runs a procedure one level deeper. What it left open is rolled back. */
  const invoke = async (
    procedure: Pick<Procedure, 'block' | 'isOwner'>,
    values: ReadonlyMap<string, Variable>,
    frame: Frame,
    session: Session
  ) => {
    const depth = frame.depth + 1
    const inner = { depth, isOwner: procedure.isOwner, progress: frame.progress }
    try {
      const returned = await runScript(procedure.block, values, {
        session,
        frame: inner,
        afterStatement: (sql) => deps.afterStatement(sql, session.id)
      })
      await session.transactions.endProcedure(depth)
      return returned
    } catch (error) {
      if (error instanceof StatementCancelled) await session.transactions.abandon()
      else await session.transactions.endProcedure(depth).catch(() => undefined)
      throw error
    }
  }

  const answer = async (
    sql: string,
    name: string,
    { value, table }: { readonly value: Value | undefined; readonly table: string | undefined },
    returns: TargetType | undefined,
    session: Session
  ): Promise<Done> => {
    if (table !== undefined)
      return session.show(sql, `SELECT * FROM ${quoteName(session.results.table(table))}`)
    const given: Value = value ?? { type: 'NULL', text: null }
    const constant = constantOf(given)
    const { text } = returns ? castTo(constant, returns) : constant
    return session.show(sql, `SELECT ${text} AS ${quoteName(name)}`)
  }

  const wait: Extension['run'] = async (statement, frame, session) => {
    const asked = readOne(statement.sql.replace(/^call\s+system\$wait\s*\(/i, 'select ('))
    const [item] = list(nodeOf(asked.parse()).body, 'expressions')
    const value = await evaluate(withoutAlias(item), session.compiler(frame))
    await deps.wait(Number(value.text))
    return session.show(statement.sql, `SELECT 'waited ${value.text} seconds' AS "SYSTEM$WAIT"`)
  }

  const call: Extension['run'] = async (statement, frame, session) => {
    const written = /^call\s+([\w.$"]+)\s*\(([\s\S]*)\)$/i.exec(statement.sql)
    if (written === null) throw compilationError('syntax error: CALL takes a procedure and its arguments')
    const [, path = '', list_ = ''] = written
    const name = path.replaceAll('"', '').toUpperCase()
    if (name.includes('.')) throw notSupported(`A name with a schema (${name})`)
    const items =
      list_.trim() === '' ? [] : list(nodeOf(readOne(`select ${list_}`).parse()).body, 'expressions')
    const args = items.map(withoutAlias)
    const procedure = chosen(name, args.length)
    const values = await argumentsOf(procedure, args, frame, session)
    const returned = await invoke(procedure, values, frame, session)
    return answer(statement.sql, name, returned, procedure.returns, session)
  }

  /** https://docs.snowflake.com/en/sql-reference/sql/execute-immediate */
  const immediate: Extension['run'] = async ({ sql }, frame, session) => {
    const written = sql.replace(/^execute\s+immediate\s+/i, '')
    if (/\busing\s*\([^()]*\)$/i.test(written)) throw notSupported('EXECUTE IMMEDIATE with USING')
    const [item] = list(nodeOf(readOne(`select ${written}`).parse()).body, 'expressions')
    // In a block the text may stand in a variable, by its bare name or as a bind.
    const names = { own: new Map<string, Variable>(), outer: undefined }
    const expression = withVariables(withoutAlias(item), names, frame.depth > 0 ? frame.binds : new Map())
    const text = (await evaluate(expression, session.compiler(frame))).text ?? ''
    if (isBlock(text)) {
      const block = readBlock(text, deps.functions, readOne)
      const returned = await invoke({ block, isOwner: frame.isOwner }, new Map(), frame, session)
      return answer(sql, 'anonymous block', returned, undefined, session)
    }
    const [statement, more] = deps.readScript(text)
    if (statement === undefined) throw compilationError('EXECUTE IMMEDIATE of an empty text')
    if (more) throw notSupported('EXECUTE IMMEDIATE of several statements')
    return session.execute(statement, { ...frame, binds: new Map() })
  }

  const drop: Extension['run'] = async (statement, frame, session) => {
    await session.transactions.beforeDdl(frame.depth, 'DROP PROCEDURE')
    const [, isOptional, name = ''] = /^drop\s+procedure\s+(if\s+exists\s+)?(\w+)/i.exec(statement.sql) ?? []
    const keys = [...procedures.keys()].filter((key) => key.startsWith(`${name.toUpperCase()}(`))
    if (keys.length === 0 && !isOptional)
      throw compilationError(`Procedure '${name.toUpperCase()}' does not exist or not authorized.`)
    for (const key of keys) procedures.delete(key)
    return session.say(statement.sql, `${name.toUpperCase()} successfully dropped.`)
  }

  return [
    { words: /^create\s+(or\s+replace\s+)?procedure\b/i, run: create },
    { words: /^drop\s+procedure\b/i, run: drop },
    { words: /^call\s+system\$wait\b/i, run: wait },
    { words: /^call\b/i, run: call },
    { words: /^execute\s+immediate\b/i, run: immediate }
  ]
}
