import { familyOf, snowflakeType } from './duck-type.ts'
import type { Engine } from './engine.ts'
import { readColumn, shownValue } from './format-value.ts'
import { quoteName } from './identifiers.ts'
import type { Column, Value } from './scope.ts'
import type { StatementResult } from './statement-result.ts'
import { constantOf, textQuery } from './value.ts'
import { compilationError } from './worksheet-error.ts'

interface Kept {
  readonly query: string
  /** The table that holds it, if any. */
  readonly table: string | undefined
  /** The values of its only row, where they are known. */
  readonly row?: ReadonlyMap<string, Value>
}

/** The results of a session's statements, for RESULT_SCAN, RESULTSETs and cursors. */
export interface Results {
  /** Runs a query of DuckDB into a table of its own, and out of it as text. */
  readonly read: (queryId: string, query: string) => Promise<Pick<StatementResult, 'columns' | 'rows'>>
  /** Whole numbers of a change, which become a table only when somebody asks for them. */
  readonly count: (
    queryId: string,
    counts: readonly (readonly [name: string, count: bigint])[]
  ) => Pick<StatementResult, 'columns' | 'rows'>
  /** One value, which becomes a table only when somebody asks for it. */
  readonly value: (
    queryId: string,
    name: string,
    value: Value
  ) => Promise<Pick<StatementResult, 'columns' | 'rows'>>
  /** A row by its place, from 0, its values as DuckDB's text; undefined after the last one. */
  readonly row: (queryId: string, place: number) => Promise<ReadonlyMap<string, Value> | undefined>
  /** The query of DuckDB that reads a result again. @throws WorksheetError when there is none of that id */
  readonly query: (queryId: string | undefined) => string
  /** The last statement's id, with or without rows: LAST_QUERY_ID(). */
  readonly lastId: () => string | undefined
  readonly note: (queryId: string) => void
  /** Drops all results but the last: only what runs in one statement of the script looks further back. */
  readonly trim: () => Promise<void>
  /** Forgets what a ROLLBACK has taken away. */
  readonly forgetLost: () => Promise<void>
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the kept results; a short function for each call
export const openResults = (engine: Engine): Results => {
  const results = new Map<string, Kept>()
  let tables = 0
  let last: string | undefined

  const nameColumns = async (table: string, columns: readonly Column[]): Promise<void> => {
    for (const [at, column] of columns.entries()) {
      const isRepeated =
        columns.findIndex((other) => other.name.toLowerCase() === column.name.toLowerCase()) < at
      const name = isRepeated ? `${column.name}_${at + 1}` : column.name
      if (name !== `c${at}`)
        await engine.run(`ALTER TABLE ${quoteName(table)} RENAME COLUMN c${at} TO ${quoteName(name)}`)
    }
  }

  const found = (queryId: string | undefined = last): Kept => {
    const kept = queryId === undefined ? undefined : results.get(queryId)
    if (kept) return kept
    throw compilationError(
      queryId === undefined
        ? 'there is no earlier result for RESULT_SCAN'
        : `there is no result of the statement ${queryId} for RESULT_SCAN`
    )
  }

  return {
    read: async (queryId, query) => {
      const columns = await engine.describe(query)
      tables += 1
      const table = `_R${tables}`
      const names = columns.map((_, at) => `c${at}`)
      await engine.run(
        `CREATE TEMP TABLE ${quoteName(table)} AS SELECT * FROM (${query}) AS q(${names.join(', ')})`
      )
      const texts = columns.map((column, at) => readColumn(column, `c${at}`))
      const result = await engine.run(`SELECT ${texts.join(', ')} FROM ${quoteName(table)}`)
      await nameColumns(table, columns)
      results.set(queryId, { query: `SELECT * FROM ${quoteName(table)}`, table })
      last = queryId
      return {
        columns: columns.map((column) => ({ name: column.name, type: snowflakeType(column.type) })),
        rows: result.getRows().map((row) => columns.map((column, at) => shownValue(column, row[at])))
      }
    },
    count: (queryId, counts) => {
      const cells = counts.map(([name, count]) => `CAST(${count} AS BIGINT) AS ${quoteName(name)}`)
      const row = counts.map(([name, count]): [string, Value] => [
        name,
        { type: 'BIGINT', text: String(count) }
      ])
      results.set(queryId, { query: `SELECT ${cells.join(', ')}`, table: undefined, row: new Map(row) })
      last = queryId
      return {
        columns: counts.map(([name]) => ({ name, type: snowflakeType('BIGINT') })),
        rows: [counts.map(([, count]) => String(count))]
      }
    },
    value: async (queryId, name, value) => {
      const { text } = constantOf(value)
      const column: Column = { name, type: value.type }
      const query = `SELECT ${text} AS ${quoteName(name)}`
      results.set(queryId, { query, table: undefined, row: new Map([[name, value]]) })
      last = queryId
      const isShownAsIs = value.text === null || ['text', 'variant'].includes(familyOf(value.type))
      const shown = isShownAsIs
        ? value.text
        : await engine.textOfConstants(textQuery(readColumn(column, text)))
      return {
        columns: [{ name, type: snowflakeType(value.type) }],
        rows: [[shownValue(column, shown)]]
      }
    },
    row: async (queryId, place) => {
      const { query, row } = found(queryId)
      if (row) return place === 0 ? row : undefined
      const columns = await engine.describe(query)
      const cells = columns.map((column) => `CAST(${quoteName(column.name)} AS VARCHAR)`)
      const read = await engine.run(`SELECT ${cells.join(', ')} FROM (${query}) LIMIT 1 OFFSET ${place}`)
      const texts = read.getRows()[0]
      if (texts === undefined) return undefined
      return new Map(
        columns.map(({ name, type }, column): [string, Value] => {
          const text = texts[column]
          return [name, { type, text: text === null || text === undefined ? null : String(text) }]
        })
      )
    },
    query: (queryId) => found(queryId).query,
    lastId: () => last,
    note: (queryId) => {
      last = queryId
    },
    trim: async () => {
      for (const [queryId, { table }] of results) {
        if (queryId === last) continue
        if (table) await engine.run(`DROP TABLE IF EXISTS ${quoteName(table)}`)
        results.delete(queryId)
      }
    },
    forgetLost: async () => {
      const found = await engine.run(
        "SELECT table_name FROM duckdb_tables() WHERE temporary AND table_name LIKE '\\_R%' ESCAPE '\\'"
      )
      const there = new Set(found.getRows().map(([name]) => name))
      for (const [queryId, { table }] of results) if (table && !there.has(table)) results.delete(queryId)
    }
  }
}
