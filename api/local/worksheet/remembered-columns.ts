import type { Catalog } from './catalog.ts'
import type { Engine } from './engine.ts'
import { quoteName } from './identifiers.ts'
import type { Column } from './scope.ts'

/**
 * Columns of tables and views, asked of DuckDB once until they or what they read is created, replaced or dropped.
 *
 * @param transaction the id of the session's open transaction: in it DuckDB shows what stood at its begin
 */
export const rememberedColumns = (engine: Engine, catalog: Catalog, transaction: () => string | null) => {
  let begun: { readonly id: string; readonly asOf: number } | undefined
  const asOfNow = (): number => {
    const id = transaction()
    if (id === null) begun = undefined
    else if (begun?.id !== id) begun = { id, asOf: catalog.changes() }
    return begun?.asOf ?? catalog.changes()
  }
  const known = new Map<string, { readonly columns: readonly Column[]; readonly asOf: number }>()
  const columnsOf = async (name: string): Promise<readonly Column[]> => {
    const found = known.get(name)
    if (found && found.asOf >= catalog.changedAt(name)) return found.columns
    const asOf = asOfNow()
    const columns = await engine.describe(`SELECT * FROM ${quoteName(name)}`)
    known.set(name, { columns, asOf })
    return columns
  }
  /** Of a statement that begins. */
  return { columnsOf, begin: (): void => void asOfNow() }
}
