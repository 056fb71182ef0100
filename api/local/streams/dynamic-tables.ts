import { readCreate, statementReader } from '../scripting/token-reader.ts'
import type { Engine } from '../worksheet/engine.ts'
import { quoteName } from '../worksheet/identifiers.ts'
import type { Statement } from '../worksheet/read-script.ts'
import { emptyScope } from '../worksheet/scope.ts'
import type { Extension, Frame, Session } from '../worksheet/session.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'

const outside: Frame = { binds: new Map(), depth: 0, isOwner: true, progress: undefined }
const options = [
  'TARGET_LAG',
  'WAREHOUSE',
  'REFRESH_MODE',
  'INITIALIZE',
  'COMMENT',
  'CHANGE_TRACKING',
  'DATA_RETENTION_TIME_IN_DAYS'
]

export interface DynamicTables {
  /** Names with the queries that fill them. */
  readonly queries: ReadonlyMap<string, Statement>
  /** Brings every table to what its query gives now. */
  readonly refresh: (session: Session) => Promise<void>
  readonly extensions: readonly Extension[]
}

/** Rows that stay keep their numbers, so that a stream on the table tells only of what changed. */
const bring = async (table: string, rows: string, engine: Engine): Promise<void> => {
  const columns = (await engine.describe(`SELECT * FROM ${quoteName(rows)}`)).map(({ name }) =>
    quoteName(name)
  )
  const list = columns.join(', ')
  const ranked = (from: string): string =>
    `(SELECT rowid AS place, row_number() OVER (PARTITION BY ${list}) AS nth, ${list} FROM ${quoteName(from)})`
  const same = ['a.nth = b.nth', ...columns.map((name) => `a.${name} IS NOT DISTINCT FROM b.${name}`)].join(
    ' AND '
  )
  const without = (from: string, other: string): string =>
    `FROM ${ranked(from)} AS a LEFT JOIN ${ranked(other)} AS b ON ${same} WHERE b.place IS NULL`
  const gone = `SELECT a.place ${without(table, rows)}`
  const fresh = `SELECT ${columns.map((name) => `a.${name}`).join(', ')} ${without(rows, table)}`
  await engine.run(`CREATE OR REPLACE TEMP TABLE "_FRESH" AS ${fresh}`)
  await engine.run(`DELETE FROM ${quoteName(table)} WHERE rowid IN (${gone})`)
  await engine.run(`INSERT INTO ${quoteName(table)} (${list}) SELECT * FROM "_FRESH"`)
  await engine.run('DROP TABLE "_FRESH"')
}

/**
 * A dynamic table is a table that is refreshed when asked, and between the statements of a script, as if its target lag had
 * passed. https://docs.snowflake.com/en/user-guide/dynamic-tables-about
 */
export const openDynamicTables = (
  functions: ReadonlySet<string>,
  readOne: (sql: string) => Statement
): DynamicTables => {
  const queries = new Map<string, Statement>()

  const refreshOne = async (name: string, query: Statement, session: Session): Promise<void> => {
    const compiler = session.compiler(outside)
    const { text } = await compiler.query(query.parse(), emptyScope)
    await session.transactions.change([name], 0, async () => {
      const rows = `_FILL_${name}`
      await session.engine.run(`CREATE OR REPLACE TEMP TABLE ${quoteName(rows)} AS ${text}`)
      await bring(name, rows, session.engine)
      await session.engine.run(`DROP TABLE ${quoteName(rows)}`)
    })
  }

  const create: Extension['run'] = async (statement, frame, session) => {
    const read = statementReader(statement, functions, readOne)
    const { isReplacing, isOptional, name } = readCreate(read, 'DYNAMIC', 'TABLE')
    while (!read.accept('AS')) {
      const option = read.next()
      if (!options.includes(option) || !read.accept('=')) throw notSupported(`A dynamic table with ${option}`)
      read.text()
    }
    const query = readOne(read.rest().sql)
    if (isOptional && queries.has(name))
      return session.say(statement.sql, `${name} already exists, statement succeeded.`)
    const words = `create ${isReplacing ? 'or replace ' : ''}table "${name}" as ${query.sql}`
    await session.execute(readOne(words), frame)
    queries.set(name, query)
    return session.say(statement.sql, `Dynamic table ${name} successfully created.`)
  }

  const alter: Extension['run'] = async (statement, frame, session) => {
    const [, written = '', verb = ''] = /^alter\s+dynamic\s+table\s+(\w+)\s+(\w+)$/i.exec(statement.sql) ?? []
    const name = written.toUpperCase()
    const query = queries.get(name)
    if (verb.toUpperCase() !== 'REFRESH') throw notSupported('ALTER DYNAMIC TABLE of other than REFRESH')
    if (query === undefined)
      throw compilationError(`Dynamic Table '${name}' does not exist or not authorized.`)
    await session.transactions.beforeDdl(frame.depth, 'ALTER DYNAMIC TABLE')
    await refreshOne(name, query, session)
    return session.say(statement.sql, 'Statement executed successfully.')
  }

  const drop: Extension['run'] = async (statement, frame, session) => {
    const [, name = ''] = /^drop\s+dynamic\s+table\s+(?:if\s+exists\s+)?(\w+)$/i.exec(statement.sql) ?? []
    const done = await session.execute(readOne(statement.sql.replace(/dynamic\s+/i, '')), frame)
    queries.delete(name.toUpperCase())
    return done
  }

  return {
    queries,
    refresh: async (session) => {
      // A refresh that fails leaves the table as it was, as on Snowflake; ALTER … REFRESH says why.
      for (const [name, query] of queries) await refreshOne(name, query, session).catch(() => undefined)
    },
    extensions: [
      { words: /^create\s+(or\s+replace\s+)?dynamic\s+table\b/i, run: create },
      { words: /^alter\s+dynamic\s+table\b/i, run: alter },
      { words: /^drop\s+dynamic\s+table\b/i, run: drop }
    ]
  }
}
