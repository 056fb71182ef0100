import { ofSync, type SyncDefinition } from './sync-definition.ts'
import { rowsOf, type SyncWorld } from './sync-world.ts'

/** `drop_dynamo_sync`: forgets the sync and what it knew; its runs stay in the audit, its items in DynamoDB. */
export const dropSync = async (world: SyncWorld, sync: SyncDefinition): Promise<string> => {
  const tables = await rowsOf(
    world,
    "SELECT table_name FROM duckdb_columns() WHERE column_name = 'sync_name' AND table_name LIKE 'dynamo_sync_%' AND table_name IN (SELECT table_name FROM duckdb_tables())"
  )
  for (const { table_name } of tables)
    if (table_name !== 'dynamo_sync_log')
      await world.engine.run(`DELETE FROM ${String(table_name)} WHERE ${ofSync(sync)}`)
  return `Sync ${sync.name} dropped. Its items stay in ${sync.table}.`
}

/** `pause_dynamo_sync` and `resume_dynamo_sync`: stop and start the task; a run by hand is always possible. */
export const pauseSync = async (
  world: SyncWorld,
  sync: SyncDefinition,
  isPaused: boolean
): Promise<string> => {
  await world.engine.run(`UPDATE dynamo_sync_definitions SET is_paused = ${isPaused} WHERE ${ofSync(sync)}`)
  return `Sync ${sync.name} ${isPaused ? 'paused' : 'resumed'}.`
}
