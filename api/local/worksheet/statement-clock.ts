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

/** Whether SQL has one of the names in it. */
export const names = (sql: string, known: ReadonlySet<string>): boolean =>
  words(sql).some((word) => known.has(word))

/** The names with those of the macros that use them. @param definitions of macros by name */
export const withUsers = (
  first: readonly string[],
  definitions: ReadonlyMap<string, string>
): Set<string> => {
  const users = new Set(first)
  for (let known = 0; known < users.size; ) {
    known = users.size
    for (const [name, definition] of definitions) if (names(definition, users)) users.add(name)
  }
  return users
}

export const statementClock = (connection: DuckDBConnection, readers: ClockReaders): StatementClock => {
  let wanted = new Date().toISOString()
  let told = ''
  return {
    stand: (at) => {
      wanted = at.toISOString()
    },
    before: async (sql) => {
      if (!names(sql, readers)) return
      const [, quoted, plain] = changed.exec(sql) ?? []
      for (const word of words(quoted ?? plain ?? '')) readers.add(word)
      if (told === wanted) return
      await connection.run(`SET VARIABLE statement_time = TIMESTAMPTZ '${wanted}'`)
      told = wanted
    }
  }
}
