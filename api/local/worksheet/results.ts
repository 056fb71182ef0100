import { snowflakeType } from './duck-type.ts'
import type { Engine } from './engine.ts'
import { readColumn, shownValue } from './format-value.ts'
import { quoteName } from './identifiers.ts'
import type { Column } from './scope.ts'
import type { StatementResult } from './statement-result.ts'
import { compilationError } from './worksheet-error.ts'

interface Kept {
  readonly query: string
  /** The table that holds it, if any. */
  readonly table: string | undefined
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
      results.set(queryId, { query: `SELECT ${cells.join(', ')}`, table: undefined })
      last = queryId
      return {
        columns: counts.map(([name]) => ({ name, type: snowflakeType('BIGINT') })),
        rows: [counts.map(([, count]) => String(count))]
      }
    },
    query: (queryId = last) => {
      const kept = queryId === undefined ? undefined : results.get(queryId)
      if (kept) return kept.query
      throw compilationError(
        queryId === undefined
          ? 'there is no earlier result for RESULT_SCAN'
          : `there is no result of the statement ${queryId} for RESULT_SCAN`
      )
    },
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
