import { maxPartitionKeyBytes, maxSortKeyBytes } from '../../plan/limits.ts'
import type { KeyType, TargetTable } from '../../plan/target-table.ts'
import type { TableSchemas } from '../../write/table-schemas.ts'
import type { Writer } from '../../write/write-rows.ts'

/**
 * Tables that engine `import` may make, as they are going to be. Who starts a load is not who makes tables, and an
 * OBJECT of Snowflake has no order that could tell a partition key from a sort key: so the deployment names them.
 */
export type ImportTables = ReadonlyMap<string, TargetTable>

/** @param setting name → key attributes in their order: `{"events":[{"name":"id","type":"S"},{"name":"at","type":"N"}]}` */
export const importTables = (
  setting: Readonly<Record<string, ReadonlyArray<{ readonly name: string; readonly type: KeyType }>>> = {}
): ImportTables =>
  new Map(
    Object.entries(setting).map(([table, keys]) => [
      table,
      {
        name: table,
        keys: keys.map(({ name, type }, n) => ({
          ...{ name, type },
          maxBytes: n === 0 ? maxPartitionKeyBytes : maxSortKeyBytes
        })),
        indexKeys: [],
        isOnDemand: true
      }
    ])
  )

/** How the rows of a run are planned: for the table as it is, or as its import makes it. */
export const schemasFor = (
  { writer, imports }: { readonly writer: Pick<Writer, 'schemas'>; readonly imports?: ImportTables },
  engine: string
): TableSchemas => {
  if (engine !== 'import') return writer.schemas
  const find: TableSchemas['find'] = async (name) => {
    const table = imports?.get(name)
    return table ? { kind: 'table', table, isFresh: true } : { kind: 'unknown' }
  }
  return { find, lookAgain: find }
}
