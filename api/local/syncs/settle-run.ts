import { ofSync, type SyncDefinition } from './sync-definition.ts'
import type { SyncWorld } from './sync-world.ts'

/**
 * Holds the keys that are about to be sent in doubt: until an answer settles them nobody knows what is stored, so
 * that no hash counts as equal and a key that vanishes meanwhile is deleted.
 */
export const doubtKeys = async ({ engine }: SyncWorld, sync: SyncDefinition): Promise<void> => {
  const sent = `SELECT item_key FROM dynamo_sync_sending WHERE ${ofSync(sync)} AND has_key`
  await engine.run(`DELETE FROM dynamo_sync_snapshot WHERE ${ofSync(sync)} AND item_key IN (${sent})`)
  await engine.run(
    `INSERT INTO dynamo_sync_snapshot SELECT sync_name, item_key, '', true FROM dynamo_sync_sending WHERE ${ofSync(sync)} AND has_key`
  )
}

/** What the answers say, remembered: keys in the snapshot, rows that failed with their reasons. */
export const settleRun = async ({ engine }: SyncWorld, sync: SyncDefinition): Promise<void> => {
  const mine = ofSync(sync)
  await engine.run(
    `DELETE FROM dynamo_sync_snapshot WHERE ${mine} AND item_key IN (SELECT item_key FROM dynamo_sync_settled_keys WHERE ${mine})`
  )
  await engine.run(
    `INSERT INTO dynamo_sync_snapshot SELECT sync_name, item_key, row_hash, is_stored FROM dynamo_sync_settled_keys WHERE ${mine}`
  )
  await engine.run(
    `DELETE FROM dynamo_sync_failed AS failed USING dynamo_sync_lapsed_failures AS lapsed
     WHERE failed.sync_name = lapsed.sync_name AND failed.${mine} AND failed.item_key = lapsed.item_key
       AND failed.change_kind = lapsed.change_kind AND coalesce(failed.row_hash, '') = coalesce(lapsed.row_hash, '')`
  )
  await engine.run(
    `INSERT INTO dynamo_sync_failed
     SELECT sync_name, item_key, has_key, change_kind, row_hash, status, code, message, run, now()
     FROM dynamo_sync_failed_rows WHERE ${mine}`
  )
}
