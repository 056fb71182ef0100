import { randomUUID } from 'node:crypto'
import { literalValue } from '../worksheet/function-call.ts'
import { identifier, quoteText } from '../worksheet/identifiers.ts'
import type { Statement } from '../worksheet/read-script.ts'
import { emptyScope } from '../worksheet/scope.ts'
import type { Done, Extension, Frame, Session } from '../worksheet/session.ts'
import { child, list, nodeOf, type Tree, trees, word } from '../worksheet/sql-tree.ts'
import { locationIn } from '../worksheet/stage-locations.ts'
import { notSupported } from '../worksheet/worksheet-error.ts'
import { loadsInto, skipsFiles } from './read-stage.ts'
import { formatFrom, type Stages } from './stages.ts'
import { unload } from './unload.ts'

const defaultFileBytes = 16 * 1024 * 1024
const known = [
  'FILE_FORMAT',
  'MAX_FILE_SIZE',
  'INCLUDE_QUERY_ID',
  'DETAILED_OUTPUT',
  'SINGLE',
  'OVERWRITE',
  'HEADER',
  'ON_ERROR'
]

const wordOf = (tree: unknown): string => {
  const { kind, body } = nodeOf(tree)
  return literalValue(tree) ?? (kind === 'column' ? identifier(child(body, 'name')) : word(body, 'this'))
}

/** `NAME = value` and `NAME = (A = b …)` of COPY INTO, the lists by `NAME.A`. */
const paramsOf = (copy: Tree): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const param of trees(copy, 'params')) {
    const name = word(param, 'name').toUpperCase()
    if (!known.includes(name)) throw notSupported(`COPY INTO with ${name}`)
    if (param.value) found.set(name, wordOf(param.value))
    for (const value of list(param, 'values')) {
      const { kind, body } = nodeOf(value)
      if (kind !== 'eq') throw notSupported(`COPY INTO with ${name} of this form`)
      found.set(`${name}.${wordOf(body.left).toUpperCase()}`, wordOf(body.right))
    }
  }
  return found
}

const formatIn = (params: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries(
    [...params].flatMap(([name, value]) => (name.startsWith('FILE_FORMAT.') ? [[name.slice(12), value]] : []))
  )

const isOn = (params: ReadonlyMap<string, string>, name: string): boolean =>
  params.get(name)?.toUpperCase() === 'TRUE'

/** What becomes of a file that cannot be read. https://docs.snowflake.com/en/sql-reference/sql/copy-into-table */
const skipsFilesOf = (params: ReadonlyMap<string, string>): boolean => {
  for (const name of params.keys())
    if (!/^(FILE_FORMAT|ON_ERROR)/.test(name)) throw notSupported(`COPY INTO a table with ${name}`)
  const onError = params.get('ON_ERROR')?.toUpperCase() ?? 'ABORT_STATEMENT'
  if (onError !== 'ABORT_STATEMENT' && onError !== 'SKIP_FILE')
    throw notSupported(`COPY INTO a table with ON_ERROR = ${onError}`)
  return onError === 'SKIP_FILE'
}

/** The query with these parts added to every stage that it reads. */
const marked = (tree: unknown, parts: Tree): unknown => {
  if (Array.isArray(tree)) return tree.map((part) => marked(part, parts))
  if (typeof tree !== 'object' || tree === null) return tree
  const { kind, body } = nodeOf(tree)
  if (kind === 'stage_reference') return { stage_reference: { ...body, ...parts } }
  return Object.fromEntries(Object.entries(tree).map(([name, part]) => [name, marked(part, parts)]))
}

/** COPY INTO @stage and COPY INTO a table. https://docs.snowflake.com/en/sql-reference/sql/copy-into-location */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the stages; a function for each direction of COPY
export const copyExtension = (stages: Stages): Extension => {
  const toStage = async (copy: Tree, statement: Statement, frame: Frame, session: Session): Promise<Done> => {
    const params = paramsOf(copy)
    const compiler = session.compiler(frame)
    const [source] = list(copy, 'files')
    const { kind, body } = nodeOf(source)
    const table = { table: { name: child(body, 'name') } }
    const named = { select: { expressions: [{ star: {} }], from: { expressions: [table] } } }
    const query = await compiler.query(kind === 'subquery' ? body.this : named, emptyScope)
    if (compiler.readStreams.size > 0) throw notSupported('COPY INTO a stage from a stream')
    const isSingle = isOn(params, 'SINGLE')
    const queryId = randomUUID()
    const files = await unload(
      query,
      {
        location: locationIn(literalValue(copy.this) ?? ''),
        format: formatFrom(formatIn(params), stages),
        isSingle,
        hasHeader: isOn(params, 'HEADER'),
        overwrites: isOn(params, 'OVERWRITE'),
        mostFileBytes: Number(params.get('MAX_FILE_SIZE') ?? defaultFileBytes),
        queryId: isOn(params, 'INCLUDE_QUERY_ID') ? queryId : undefined
      },
      stages,
      session.engine
    )
    const total = (part: 'bytes' | 'rows'): number => files.reduce((sum, file) => sum + file[part], 0)
    const none = 'SELECT CAST(NULL AS VARCHAR), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT) WHERE false'
    const rows = files.map(
      ({ name, bytes, rows: count }) => `SELECT ${quoteText(name)}, ${bytes}::BIGINT, ${count}::BIGINT`
    )
    const shown = isOn(params, 'DETAILED_OUTPUT')
      ? `SELECT * FROM (${[none, ...rows].join(' UNION ALL ')}) AS f("FILE_NAME", "FILE_SIZE", "ROW_COUNT")`
      : `SELECT ${total('rows')}::BIGINT AS "rows_unloaded", ${total('bytes')}::BIGINT AS "input_bytes", ${total('bytes')}::BIGINT AS "output_bytes"`
    return { sql: statement.sql, queryId, ...(await session.results.read(queryId, shown)) }
  }

  /** Each file once: a table remembers the files that it has loaded. */
  const toTable = async (copy: Tree, statement: Statement, frame: Frame, session: Session): Promise<Done> => {
    const params = paramsOf(copy)
    const format = formatIn(params).FORMAT_NAME
    if (format === undefined) throw notSupported('COPY INTO a table without FORMAT_NAME')
    const { kind, body } = nodeOf(copy.this)
    const table = kind === 'schema' ? nodeOf(body.this).body : body
    const [source] = list(copy, 'files')
    if (kind !== 'schema' || nodeOf(source).kind !== 'subquery')
      throw notSupported('COPY INTO a table without its columns or a query')
    const name = identifier(child(table, 'name'))
    const columns = list(body, 'expressions').map((column) => child(nodeOf(column).body, 'name'))
    const query = marked(nodeOf(source).body.this, {
      file_format: { literal: { literal_type: 'string', value: format } },
      [loadsInto]: name,
      [skipsFiles]: skipsFilesOf(params)
    })
    const history = stages.loadedInto(name)
    const insert = { insert: { table, columns, values: [], query } }
    try {
      await session.execute({ ...statement, sql: `INSERT INTO ${name}`, parse: () => insert }, frame)
    } catch (error) {
      history.forget()
      throw error
    }
    const files = history.settle()
    if (files.length === 0) return session.say(statement.sql, 'Copy executed with 0 files processed.')
    const rows = files.map(({ file, status }) => `(${quoteText(file)}, '${status}')`)
    return session.show(statement.sql, `SELECT * FROM (VALUES ${rows.join(', ')}) AS f("file", "status")`)
  }

  return {
    words: /^copy\s+into\b/i,
    run: async (statement, frame, session) => {
      const { body } = nodeOf(statement.parse())
      return literalValue(body.this)?.startsWith('@')
        ? toStage(body, statement, frame, session)
        : toTable(body, statement, frame, session)
    }
  }
}
