import { plainName, readCreate, statementReader } from '../scripting/token-reader.ts'
import { quoteText } from '../worksheet/identifiers.ts'
import type { Statement } from '../worksheet/read-script.ts'
import type { Extension } from '../worksheet/session.ts'
import { showStatement } from '../worksheet/show-rows.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'
import { tableSource, trackRows, viewSource } from './stream-source.ts'
import type { Stream, Streams } from './streams.ts'

export interface StreamDeps {
  readonly streams: Streams
  readonly dynamicTables: ReadonlyMap<string, unknown>
  readonly functions: ReadonlySet<string>
  readonly readOne: (sql: string) => Statement
  readonly now: () => Date
}

const shownColumns = [
  'created_on',
  'name',
  'owner',
  'comment',
  'table_name',
  'source_type',
  'base_tables',
  'type',
  'stale',
  'mode',
  'stale_after'
]

/** A stream goes stale when nobody reads it for as long as its source's history is kept: 14 days at least. */
const keptMs = 14 * 24 * 3_600_000

/** CREATE, DROP and SHOW of streams. https://docs.snowflake.com/en/sql-reference/sql/create-stream */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the streams; a short function for each statement
export const streamExtensions = ({
  streams,
  dynamicTables,
  functions,
  readOne,
  now
}: StreamDeps): readonly Extension[] => {
  const read = (statement: Statement) => {
    const reader = statementReader(statement, functions, readOne)
    const { isReplacing, isOptional, name } = readCreate(reader, 'STREAM')
    reader.accept('COPY', 'GRANTS')
    reader.expect('ON')
    const isDynamic = reader.accept('DYNAMIC', 'TABLE')
    const kind = isDynamic ? 'DYNAMIC TABLE' : reader.next()
    if (!['TABLE', 'VIEW', 'DYNAMIC TABLE'].includes(kind)) throw notSupported(`A stream on a ${kind}`)
    const source = plainName(reader)
    const options: Record<string, string> = {}
    while (!reader.isAtEnd()) {
      const option = reader.next()
      if (!reader.accept('=')) throw notSupported(`A stream with ${option}`)
      options[option] = reader.text()
    }
    for (const [option, value] of Object.entries(options)) {
      const isKnown = option === 'SHOW_INITIAL_ROWS' || option === 'COMMENT' || /^false$/i.test(value)
      if (!isKnown) throw notSupported(`A stream with ${option}`)
    }
    return { name, kind, source, isReplacing, isOptional, options }
  }

  const create: Extension['run'] = async (statement, frame, session) => {
    const { name, kind, source, isReplacing, isOptional, options } = read(statement)
    await session.transactions.beforeDdl(frame.depth, 'CREATE STREAM')
    if (streams.all.has(name) && !isReplacing) {
      if (isOptional) return session.say(statement.sql, `${name} already exists, statement succeeded.`)
      throw compilationError(`Object '${name}' already exists.`)
    }
    const { engine } = session
    const compiler = session.compiler(frame)
    const type = await engine.run(
      `SELECT table_type FROM information_schema.tables WHERE table_name = ${quoteText(source)}`
    )
    if (type.currentRowCount === 0)
      throw compilationError(`Object '${source}' does not exist or not authorized.`)
    const isView = type.getRows()[0]?.[0] === 'VIEW'
    const found = isView ? 'VIEW' : dynamicTables.has(source) ? 'DYNAMIC TABLE' : 'TABLE'
    if (found !== kind)
      throw compilationError(`Object found is of type '${found}', not specified type '${kind}'.`)
    const viewQuery = isView ? compiler.viewQueries.get(source) : undefined
    const { tables } = isView
      ? await viewSource(viewQuery, true, compiler)
      : await tableSource(source, await trackRows(source, engine), compiler)
    const sourceType: Stream['sourceType'] = isView ? 'View' : found === 'TABLE' ? 'Table' : 'Dynamic Table'
    const stream = {
      name,
      source,
      sourceType,
      tables,
      viewQuery,
      createdAt: now(),
      comment: options.COMMENT ?? ''
    }
    await streams.start(stream, /^true$/i.test(options.SHOW_INITIAL_ROWS ?? ''), compiler)
    return session.say(statement.sql, `Stream ${name} successfully created.`)
  }

  const drop: Extension['run'] = async (statement, frame, session) => {
    const [, isOptional, written = ''] = /^drop\s+stream\s+(if\s+exists\s+)?(\w+)$/i.exec(statement.sql) ?? []
    const name = written.toUpperCase()
    await session.transactions.beforeDdl(frame.depth, 'DROP STREAM')
    if (!streams.all.has(name)) {
      if (isOptional)
        return session.say(statement.sql, `Drop statement executed successfully (${name} already dropped).`)
      throw compilationError(`Stream '${name}' does not exist or not authorized.`)
    }
    await streams.drop(name, session.engine)
    return session.say(statement.sql, `${name} successfully dropped.`)
  }

  /** Rows are tracked from the first stream on. */
  const track: Extension['run'] = async (statement, frame, session) => {
    await session.transactions.beforeDdl(frame.depth, 'ALTER')
    return session.say(statement.sql, 'Statement executed successfully.')
  }

  return [
    { words: /^create\s+(or\s+replace\s+)?stream\b/i, run: create },
    { words: /^drop\s+stream\b/i, run: drop },
    { words: /^alter\s+(table|view)\s+\w+\s+set\s+change_tracking\s*=\s*true$/i, run: track },
    showStatement('streams', shownColumns, async (session) => {
      const compiler = session.compiler({ binds: new Map(), depth: 0, isOwner: true, progress: undefined })
      const rows: Record<string, string | null>[] = []
      for (const stream of streams.all.values()) {
        const isStale = await streams.isStale(stream, compiler)
        rows.push({
          created_on: stream.createdAt.toISOString(),
          name: stream.name,
          owner: 'LOCAL',
          comment: stream.comment,
          table_name: stream.source,
          source_type: stream.sourceType,
          base_tables: stream.tables.map(([table]) => table).join(', '),
          type: 'DELTA',
          stale: String(isStale),
          mode: 'DEFAULT',
          stale_after: isStale ? null : new Date(now().getTime() + keptMs).toISOString()
        })
      }
      return rows
    })
  ]
}
