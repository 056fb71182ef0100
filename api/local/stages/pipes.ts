import { plainName, readCreate, statementReader } from '../scripting/token-reader.ts'
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
    const text = read.rest().sql
    await transactions.beforeDdl(depth, 'CREATE PIPE')
    if (copies.has(name) && !isReplacing && !isOptional)
      throw compilationError(`Object '${name}' already exists.`)
    if (!copies.has(name) || isReplacing) copies.set(name, readOne(text))
    return say(statement.sql, `Pipe ${name} successfully created.`)
  }

  /** Looks for files of the last days on Snowflake, here for all that no COPY has loaded. */
  const refresh: Extension['run'] = async (statement, { depth }, { transactions, say }) => {
    const read = statementReader(statement, functions, readOne)
    read.expect('ALTER')
    read.expect('PIPE')
    const name = plainName(read)
    if (!read.accept('REFRESH')) throw notSupported(`ALTER PIPE with ${read.peek()}`)
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
