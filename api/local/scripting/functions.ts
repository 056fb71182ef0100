import type { Statement } from '../worksheet/read-script.ts'
import type { Extension } from '../worksheet/session.ts'
import { list, nodeOf } from '../worksheet/sql-tree.ts'
import type { UserFunction } from '../worksheet/user-function.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'
import { readType } from './read-type.ts'
import { readCreate, statementReader } from './token-reader.ts'

export interface FunctionDeps {
  readonly userFunctions: Map<string, UserFunction>
  /** Every name that is read as a function's. */
  readonly functions: Set<string>
  readonly readOne: (sql: string) => Statement
}

/** CREATE FUNCTION … AS $$ expression $$ of LANGUAGE SQL. https://docs.snowflake.com/en/sql-reference/sql/create-function */
export const functionExtensions = ({
  userFunctions,
  functions,
  readOne
}: FunctionDeps): readonly Extension[] => {
  const create: Extension['run'] = async (statement, frame, session) => {
    await session.transactions.beforeDdl(frame.depth, 'CREATE FUNCTION')
    const read = statementReader(statement, functions, readOne)
    const { isReplacing, isOptional, name } = readCreate(read, 'FUNCTION')
    const parameters: { name: string; type: UserFunction['returns'] }[] = []
    read.expect('(')
    while (!read.accept(')')) {
      const parameter = read.name()
      parameters.push({ name: parameter, type: readType(read.until(',', ')').sql) })
      read.accept(',')
    }
    read.accept('COPY', 'GRANTS')
    read.expect('RETURNS')
    if (read.peek() === 'TABLE') throw notSupported('A function that returns a table')
    const returns = readType(
      read.until('LANGUAGE', 'IMMUTABLE', 'VOLATILE', 'MEMOIZABLE', 'COMMENT', 'AS').sql
    )
    while (!read.accept('AS')) {
      if (read.accept('LANGUAGE')) {
        const language = read.name()
        if (language !== 'SQL') throw notSupported(`A function in ${language}`)
      } else if (read.accept('COMMENT', '=')) read.next()
      else if (!read.accept('IMMUTABLE') && !read.accept('VOLATILE') && !read.accept('MEMOIZABLE'))
        throw notSupported(`CREATE FUNCTION with ${read.peek()}`)
    }
    if (userFunctions.has(name) && !isReplacing) {
      if (isOptional) return session.say(statement.sql, `${name} already exists, statement succeeded.`)
      throw compilationError(`Object '${name}' already exists.`)
    }
    const text = (statement.tokens.at(-1)?.text ?? '').trim()
    const isQuery = /^(select|with)\b/i.test(text)
    const [item] = list(nodeOf(readOne(`select ${isQuery ? `(${text})` : text}`).parse()).body, 'expressions')
    const { kind, body } = nodeOf(item)
    functions.add(name)
    userFunctions.set(name, { parameters, returns, body: kind === 'alias' ? body.this : item })
    return session.say(statement.sql, `Function ${name} successfully created.`)
  }

  const drop: Extension['run'] = async (statement, frame, session) => {
    await session.transactions.beforeDdl(frame.depth, 'DROP FUNCTION')
    const [, isOptional, name = ''] = /^drop\s+function\s+(if\s+exists\s+)?(\w+)/i.exec(statement.sql) ?? []
    if (!userFunctions.delete(name.toUpperCase()) && !isOptional)
      throw compilationError(`Function '${name.toUpperCase()}' does not exist or not authorized.`)
    return session.say(statement.sql, `${name.toUpperCase()} successfully dropped.`)
  }

  return [
    { words: /^create\s+(or\s+replace\s+)?function\b/i, run: create },
    { words: /^drop\s+function\b/i, run: drop }
  ]
}
