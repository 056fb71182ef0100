import type { TableSpec } from '../api/local/table-spec.ts'
import type { Settings } from './settings-form.ts'

/** `bulk.imports` as the functions read it: name → key attributes, partition key first. */
export const importedTables = (
  imports: Settings['bulk']['imports']
): Readonly<Record<string, TableSpec['keys']>> =>
  Object.fromEntries(
    Object.entries(imports).map(([table, keys]) => [
      table,
      keys.split(',').map((key) => {
        const [name = '', type = 'S'] = key.split(':')
        return { name, type: type as 'S' }
      })
    ])
  )
