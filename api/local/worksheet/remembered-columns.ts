import type { Engine } from './engine.ts'
import { quoteName } from './identifiers.ts'
import type { Column } from './scope.ts'

/** Counts what has been created, replaced or dropped in any session. */
export interface Catalog {
  version: number
}

/** Columns of tables and views, asked of DuckDB once until something is created, replaced or dropped. */
export const rememberedColumns = (engine: Engine, catalog: Catalog) => {
  const columns = new Map<string, readonly Column[]>()
  let asOf = 0
  return async (name: string): Promise<readonly Column[]> => {
    if (asOf !== catalog.version) columns.clear()
    asOf = catalog.version
    const known = columns.get(name)
    if (known) return known
    const found = await engine.describe(`SELECT * FROM ${quoteName(name)}`)
    if (asOf === catalog.version) columns.set(name, found)
    return found
  }
}
