import type { DuckDBConnection } from '@duckdb/node-api'

/** The moment of a session's statement, for `CURRENT_TIMESTAMP()` and its kin. */
export interface StatementClock {
  /** The moment from now on. */
  readonly stand: (at: Date) => void
  /** Tells DuckDB, before it runs a statement that may look: to do so each time took a tenth of a procedure's time. */
  readonly before: (sql: string) => Promise<void>
}

/** Names of macros, views and tables (by their defaults) that look at the clock; all connections share them. */
export type ClockReaders = Set<string>

const words = (sql: string): readonly string[] => sql.match(/\w+/g) ?? []

const changed =
  /^(?:CREATE|ALTER) (?:OR REPLACE )?(?:TEMP )?(?:TABLE|VIEW) (?:IF (?:NOT )?EXISTS )?(?:"([^"]+)"|(\w+))/

/** @param definitions of macros by name */
export const clockReaders = (definitions: ReadonlyMap<string, string>): ClockReaders => {
  const readers: ClockReaders = new Set(['statement_time'])
  for (let known = 0; known < readers.size; ) {
    known = readers.size
    for (const [name, definition] of definitions)
      if (words(definition).some((word) => readers.has(word))) readers.add(name)
  }
  return readers
}

export const statementClock = (connection: DuckDBConnection, readers: ClockReaders): StatementClock => {
  let wanted = new Date().toISOString()
  let told = ''
  return {
    stand: (at) => {
      wanted = at.toISOString()
    },
    before: async (sql) => {
      if (!words(sql).some((word) => readers.has(word))) return
      const [, quoted, plain] = changed.exec(sql) ?? []
      for (const word of words(quoted ?? plain ?? '')) readers.add(word)
      if (told === wanted) return
      await connection.run(`SET VARIABLE statement_time = TIMESTAMPTZ '${wanted}'`)
      told = wanted
    }
  }
}
