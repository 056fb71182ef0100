import type { Catalog } from './catalog.ts'
import type { Engine } from './engine.ts'
import { quoteName } from './identifiers.ts'
import type { Column } from './scope.ts'

/** Columns of tables and views, asked of DuckDB once until they or what they read is created, replaced or dropped. */
export const rememberedColumns = (engine: Engine, catalog: Catalog) => {
  const known = new Map<string, { readonly columns: readonly Column[]; readonly asOf: number }>()
  return async (name: string): Promise<readonly Column[]> => {
    const found = known.get(name)
    if (found && found.asOf >= catalog.changedAt(name)) return found.columns
    const asOf = catalog.changes()
    const columns = await engine.describe(`SELECT * FROM ${quoteName(name)}`)
    known.set(name, { columns, asOf })
    return columns
  }
}
