import type { TargetType } from '../worksheet/data-types.ts'
import { snowflakeType } from '../worksheet/duck-type.ts'
import type { Statement } from '../worksheet/read-script.ts'
import { notSupported } from '../worksheet/worksheet-error.ts'
import { readBlock } from './read-block.ts'
import { readType } from './read-type.ts'
import type { Block, Expression } from './script-tree.ts'
import { readCreate, statementReader, type TokenReader } from './token-reader.ts'

export interface Parameter {
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
}

/** A procedure since its CREATE. */
export interface StoredProcedure extends Procedure {
  readonly createdAt: Date
}

/** A CREATE PROCEDURE as read. */
export interface NewProcedure {
  readonly procedure: Procedure
  readonly isReplacing: boolean
  readonly isOptional: boolean
}

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

/** Whose rights it runs with: the owner's unless it says the caller's. */
const readRights = (read: TokenReader): boolean => {
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
  return isOwner
}

/** The shipped procedures are the same statements in every worksheet of a process. */
const knownProcedures = new WeakMap<Statement, NewProcedure>()

/**
 * https://docs.snowflake.com/en/sql-reference/sql/create-procedure
 *
 * @throws WorksheetError for a mistake in the body, and for what is not played, by name
 */
export const readProcedure = (
  statement: Statement,
  functions: ReadonlySet<string>,
  readOne: (sql: string) => Statement
): NewProcedure => {
  const known = knownProcedures.get(statement)
  if (known) return known
  const procedure = readNew(statement, functions, readOne)
  knownProcedures.set(statement, procedure)
  return procedure
}

const readNew = (
  statement: Statement,
  functions: ReadonlySet<string>,
  readOne: (sql: string) => Statement
): NewProcedure => {
  const read = statementReader(statement, functions, readOne)
  const { isReplacing, isOptional, name } = readCreate(read, 'PROCEDURE')
  const parameters = readParameters(read)
  read.accept('COPY', 'GRANTS')
  read.expect('RETURNS')
  const isTable = read.peek() === 'TABLE'
  const type = read.until('LANGUAGE').sql
  read.next()
  const language = read.name()
  if (language !== 'SQL') throw notSupported(`A procedure in ${language}`)
  const isOwner = readRights(read)
  const returns = isTable ? undefined : readType(type.replace(/\s+not\s+null\s*$/i, ''))
  const block = readBlock(statement.tokens.at(-1)?.text ?? '', functions, readOne)
  return { procedure: { name, parameters, returns, isOwner, block }, isReplacing, isOptional }
}

/** Name and types of the parameters, which tell overloads apart. */
export const signatureOf = ({ name, parameters }: Procedure): string =>
  `${name}(${parameters.map(({ type }) => snowflakeType(type.type)).join(', ')})`
