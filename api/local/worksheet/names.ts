import type { Engine } from './engine.ts'

/** What statements may name here. */
export interface Names {
  /** Columns by table or view. */
  readonly tables: ReadonlyMap<string, readonly string[]>
  readonly functions: readonly string[]
}

/** Tables and views of a session with their columns; those that the worksheet made for itself begin with `_`. */
export const readNames = async (engine: Engine, functions: Iterable<string>): Promise<Names> => {
  const found = await engine.run(
    "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND table_name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY table_name, column_index"
  )
  const tables = new Map<string, string[]>()
  for (const [table, column] of found.getRows()) {
    const columns = tables.get(String(table)) ?? []
    columns.push(String(column))
    tables.set(String(table), columns)
  }
  return { tables, functions: [...functions] }
}
