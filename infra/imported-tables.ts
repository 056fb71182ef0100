import { readTableSpec, type TableSpec } from '../api/local/table-spec.ts'
import type { Settings } from './settings-form.ts'

/** `bulk.imports` as the functions read it: name → key attributes, partition key first. @throws Error for keys of another form */
export const importedTables = (
  imports: Settings['bulk']['imports']
): Readonly<Record<string, TableSpec['keys']>> =>
  Object.fromEntries(
    Object.entries(imports).map(([table, keys]) => [table, readTableSpec(`${table}=${keys}`).keys])
  )
