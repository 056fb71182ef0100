import type { Compiler, OtherSources } from '../worksheet/compiler.ts'
import type { Engine } from '../worksheet/engine.ts'
import { quoteName, quoteText } from '../worksheet/identifiers.ts'
import type { Column, Query } from '../worksheet/scope.ts'
import { compilationError, WorksheetError } from '../worksheet/worksheet-error.ts'
import { rowColumn, rowNumbersOf, type StreamSource, tableSource, viewSource } from './stream-source.ts'

/** A stream: what it is on, and since when. Where it stands is a table, so that a transaction moves it. */
export interface Stream {
  readonly name: string
  readonly source: string
  readonly sourceType: 'Table' | 'View' | 'Dynamic Table'
  readonly tables: StreamSource['tables']
  /** The query of the view when the stream was made. */
  readonly viewQuery: unknown
  readonly createdAt: Date
  readonly comment: string
}

/**
 * Streams remember the rows of their source as they were: their changes are what differs now, by each row's number.
 * That is a standard stream's net change; a row that comes and goes in between is in none.
 * https://docs.snowflake.com/en/user-guide/streams-intro
 */
export interface Streams extends Omit<OtherSources, 'stage'> {
  readonly all: Map<string, Stream>
  /** Makes a stream stand at what its source holds now. */
  readonly start: (stream: Stream, isInitial: boolean, compiler: Compiler) => Promise<void>
  readonly drop: (name: string, engine: Engine) => Promise<void>
  readonly isStale: (stream: Stream, compiler: Compiler) => Promise<boolean>
  readonly advance: (names: ReadonlySet<string>, compiler: Compiler) => Promise<void>
}

const offsetTable = (name: string): string => quoteName(`_STREAM_${name}`)
const pinTable = (name: string): string => quoteName(`_PIN_${name}`)

const names = (columns: readonly Column[], alias: string): string =>
  columns.map((column) => `${alias}.${quoteName(column.name)}`).join(', ')

/** Rows that are not in the other state, or are other there. */
const oneSide = (
  columns: readonly Column[],
  action: 'INSERT' | 'DELETE',
  from: string,
  other: string
): string => {
  const differs = columns.map(({ name }) => `a.${quoteName(name)} IS DISTINCT FROM b.${quoteName(name)}`)
  return `SELECT ${names(columns, 'a')}, '${action}', b.${rowColumn} IS NOT NULL, sha1(a.${rowColumn})
    FROM ${from} AS a LEFT JOIN ${other} AS b ON a.${rowColumn} = b.${rowColumn}
    WHERE b.${rowColumn} IS NULL OR ${differs.join(' OR ')}`
}

const metadata: readonly Column[] = [
  { name: 'METADATA$ACTION', type: 'VARCHAR' },
  { name: 'METADATA$ISUPDATE', type: 'BOOLEAN' },
  { name: 'METADATA$ROW_ID', type: 'VARCHAR' }
]

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over all streams; a short function for each call
export const openStreams = async (engine: Engine): Promise<Streams> => {
  const all = new Map<string, Stream>()
  await engine.run('CREATE TABLE "_STREAMS" (name VARCHAR, is_initial BOOLEAN, version BIGINT)')

  const isStale: Streams['isStale'] = async ({ tables, viewQuery, source }, compiler) => {
    if (viewQuery !== undefined && compiler.viewQueries.get(source) !== viewQuery) return true
    for (const [table, column] of tables)
      if ((await rowNumbersOf(table, compiler.engine)) !== column) return true
    return false
  }

  const named = (name: string): Stream => {
    const stream = all.get(name)
    if (stream === undefined) throw compilationError(`Stream '${name}' does not exist or not authorized.`)
    return stream
  }

  const sourceOf = async (stream: Stream, compiler: Compiler): Promise<StreamSource> => {
    if (await isStale(stream, compiler))
      throw new WorksheetError(
        `Base table '${stream.source}' dropped, cannot read from stream '${stream.name}'.`
      )
    const [[table = '', column = ''] = []] = stream.tables
    return stream.viewQuery === undefined
      ? tableSource(table, column, compiler)
      : viewSource(stream.viewQuery, false, compiler)
  }

  const has = async (sql: string, compiler: Compiler): Promise<boolean> =>
    (await compiler.engine.run(sql)).currentRowCount > 0

  /** Whether its first rows, those that were there when it was made, are still to be read. */
  const isInitial = (name: string, compiler: Compiler): Promise<boolean> =>
    has(`SELECT 1 FROM "_STREAMS" WHERE name = ${quoteText(name)} AND is_initial`, compiler)

  /** In a transaction that reads it for a change, a stream shows the same rows until the end. */
  const pinned = async (name: string, rows: string, compiler: Compiler): Promise<string> => {
    const pin = `_PIN_${name}`
    const isPinned = await has(
      `SELECT 1 FROM duckdb_tables() WHERE temporary AND table_name = ${quoteText(pin)}`,
      compiler
    )
    if (!isPinned && !compiler.consumesStreams) return `(${rows})`
    if (!isPinned) await compiler.engine.run(`CREATE TEMP TABLE ${pinTable(name)} AS ${rows}`)
    return pinTable(name)
  }

  const changes = async (stream: Stream, compiler: Compiler): Promise<Query> => {
    const source = await sourceOf(stream, compiler)
    const { columns } = source
    const shown = [...columns, ...metadata]
    const offset = offsetTable(stream.name)
    const now = await pinned(stream.name, source.rows, compiler)
    const text = (await isInitial(stream.name, compiler))
      ? `SELECT ${names(columns, 'a')}, 'INSERT', false, sha1(a.${rowColumn}) FROM ${offset} AS a`
      : `${oneSide(columns, 'DELETE', offset, now)} UNION ALL ${oneSide(columns, 'INSERT', now, offset)}`
    const list = shown.map((column) => quoteName(column.name)).join(', ')
    return { text: `SELECT * FROM (${text}) AS changes(${list})`, columns: shown }
  }

  return {
    all,
    isStale,
    isStream: (name) => all.has(name),
    stream: async (name, compiler) => {
      const stream = all.get(name)
      return stream && changes(stream, compiler)
    },
    streamHasData: async (name, compiler) =>
      has(`${(await changes(named(name), compiler)).text} LIMIT 1`, compiler),
    start: async (stream, initial, compiler) => {
      const { rows } = await sourceOf(stream, compiler)
      await compiler.engine.run(`CREATE OR REPLACE TABLE ${offsetTable(stream.name)} AS ${rows}`)
      await compiler.engine.run(`DELETE FROM "_STREAMS" WHERE name = ${quoteText(stream.name)}`)
      await compiler.engine.run(`INSERT INTO "_STREAMS" VALUES (${quoteText(stream.name)}, ${initial}, 0)`)
      all.set(stream.name, stream)
    },
    drop: async (name, on) => {
      all.delete(name)
      await on.run(`DROP TABLE IF EXISTS ${offsetTable(name)}`)
      await on.run(`DELETE FROM "_STREAMS" WHERE name = ${quoteText(name)}`)
    },
    advance: async (consumed, compiler) => {
      for (const name of consumed) {
        // The first rows do not move it: it goes on from where it was made.
        if (!(await isInitial(name, compiler))) {
          await compiler.engine.run(`DELETE FROM ${offsetTable(name)}`)
          await compiler.engine.run(`INSERT INTO ${offsetTable(name)} SELECT * FROM ${pinTable(name)}`)
        }
        await compiler.engine.run(`DROP TABLE ${pinTable(name)}`)
        // Of two transactions that read the same changes, the later fails here.
        await compiler.engine.run(
          `UPDATE "_STREAMS" SET is_initial = false, version = version + 1 WHERE name = ${quoteText(name)}`
        )
      }
    }
  }
}
