import type { ImportKey } from '../../ledger/import-key.ts'
import type { RunRecord } from '../../ledger/run-record.ts'
import type { Engine } from '../../plan/engines.ts'
import { maxPartitionKeyBytes, maxSortKeyBytes } from '../../plan/limits.ts'
import type { TargetTable } from '../../plan/target-table.ts'
import type { TableSchemas } from '../../write/table-schemas.ts'
import type { Writer } from '../../write/write-rows.ts'

/**
 * Tables that engine `import` may make, as they are going to be. Who starts a load is not who makes tables, and an
 * OBJECT of Snowflake has no order that could tell a partition key from a sort key: so the deployment names them.
 */
export type ImportTables = ReadonlyMap<string, TargetTable>

type KeyAttributes = ImportKey['attributes']

/** @param setting name → key attributes in their order: `{"events":[{"name":"id","type":"S"},{"name":"at","type":"N"}]}` */
export const importTables = (setting: Readonly<Record<string, KeyAttributes>> = {}): ImportTables =>
  new Map(Object.entries(setting).map(([table, keys]) => [table, madeTable(table, keys)]))

const madeTable = (name: string, keys: KeyAttributes): TargetTable => ({
  name,
  keys: keys.map(({ name, type }, n) => ({
    ...{ name, type },
    maxBytes: n === 0 ? maxPartitionKeyBytes : maxSortKeyBytes
  })),
  indexKeys: [],
  isOnDemand: true
})

/** The key that an import makes the run's table with, as it is noted before the first row is planned for it. */
export const importKeyOf = (imports: ImportTables | undefined, run: RunRecord): ImportKey | undefined => {
  const table = imports?.get(run.table)
  return (
    table && { generation: run.generation, attributes: table.keys.map(({ name, type }) => ({ name, type })) }
  )
}

/**
 * The table as the import of a run makes it: by the key that the run noted, else, of runs that were opened before
 * runs noted it, by what the deployment says now.
 *
 * @returns undefined where the deployment does not let it be made (any more)
 */
export const importedTable = (
  imports: ImportTables | undefined,
  { table, generation, importKey }: RunRecord
): TargetTable | undefined => {
  const allowed = imports?.get(table)
  return allowed && importKey?.generation === generation ? madeTable(table, importKey.attributes) : allowed
}

/** How the rows of a run are planned: for the table as it is, or as its import makes it. */
export const schemasFor = (
  { writer, imports }: { readonly writer: Pick<Writer, 'schemas'>; readonly imports?: ImportTables },
  run: RunRecord,
  engine: Engine
): TableSchemas => {
  if (engine !== 'import') return writer.schemas
  const table = importedTable(imports, run)
  const find: TableSchemas['find'] = async () =>
    table ? { kind: 'table', table, isFresh: true } : { kind: 'unknown' }
  return { known: () => table, find, lookAgain: find }
}
