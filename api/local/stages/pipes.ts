import { plainName, readCreate, statementReader, type TokenReader } from '../scripting/token-reader.ts'
import type { Statement } from '../worksheet/read-script.ts'
import type { Extension, Frame, Session } from '../worksheet/session.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'

export interface PipeDeps {
  readonly functions: ReadonlySet<string>
  readonly readOne: (sql: string) => Statement
  readonly openSession: () => Promise<Session>
}

/** The pipes of a worksheet. */
export interface Pipes {
  readonly extensions: readonly Extension[]
  /** Copies what has arrived, each file once, as AUTO_INGEST does beside a worksheet. */
  readonly arrive: () => Promise<void>
}

const options = ['AUTO_INGEST', 'COMMENT']
const frame: Frame = { binds: new Map(), depth: 0, isOwner: false, progress: undefined }

/** MODIFIED_AFTER = '…', or nothing. */
const readAge = (read: TokenReader): void => {
  if (read.accept('MODIFIED_AFTER', '=')) {
    const moment = read.text()
    if (Number.isNaN(Date.parse(moment)))
      throw compilationError(`invalid value '${moment}' for property 'MODIFIED_AFTER'`)
  }
  if (!read.isAtEnd()) throw notSupported(`ALTER PIPE … REFRESH with ${read.peek()}`)
}

/** CREATE PIPE and ALTER PIPE … REFRESH. https://docs.snowflake.com/en/sql-reference/sql/create-pipe */
export const openPipes = ({ functions, readOne, openSession }: PipeDeps): Pipes => {
  const copies = new Map<string, Statement>()
  let session: Promise<Session> | undefined

  const copy = async (statement: Statement): Promise<void> => {
    session ??= openSession()
    await (await session).execute(statement, frame)
  }

  const create: Extension['run'] = async (statement, { depth }, { transactions, say }) => {
    const read = statementReader(statement, functions, readOne)
    const { isReplacing, isOptional, name } = readCreate(read, 'PIPE')
    while (!read.accept('AS')) {
      const option = read.next()
      if (!options.includes(option) || !read.accept('=')) throw notSupported(`A pipe with ${option}`)
      read.text()
    }
    const { sql, tokens } = read.rest()
    // A pipe passes over files that it cannot read, unless its COPY says more.
    const saysOnError = tokens.some(({ text }) => text.toUpperCase() === 'ON_ERROR')
    const text = saysOnError ? sql : `${sql} on_error = 'SKIP_FILE'`
    await transactions.beforeDdl(depth, 'CREATE PIPE')
    if (copies.has(name) && !isReplacing) {
      if (isOptional) return say(statement.sql, `${name} already exists, statement succeeded.`)
      throw compilationError(`Object '${name}' already exists.`)
    }
    copies.set(name, readOne(text))
    return say(statement.sql, `Pipe ${name} successfully created.`)
  }

  /** Looks for files of the last seven days on Snowflake; files have no age here, so for all that no COPY has loaded. */
  const refresh: Extension['run'] = async (statement, { depth }, { transactions, say }) => {
    const read = statementReader(statement, functions, readOne)
    read.expect('ALTER')
    read.expect('PIPE')
    const name = plainName(read)
    if (!read.accept('REFRESH')) throw notSupported(`ALTER PIPE with ${read.peek()}`)
    readAge(read)
    const found = copies.get(name)
    if (found === undefined) throw compilationError(`Pipe '${name}' does not exist or not authorized.`)
    await transactions.beforeDdl(depth, 'ALTER PIPE')
    await copy(found)
    return say(statement.sql, 'Statement executed successfully.')
  }

  return {
    extensions: [
      { words: /^create\s+(or\s+replace\s+)?pipe\b/i, run: create },
      { words: /^alter\s+pipe\b/i, run: refresh }
    ],
    async arrive() {
      for (const statement of copies.values()) await copy(statement)
    }
  }
}
