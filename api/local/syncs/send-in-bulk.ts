import { quoteText } from '../worksheet/identifiers.ts'
import { notSupported, WorksheetError } from '../worksheet/worksheet-error.ts'
import { changeOptions } from './send-changes.ts'
import { ofSync, type SyncDefinition } from './sync-definition.ts'
import { type LoadOutcome, rowsOf, type SyncWorld } from './sync-world.ts'

const rowsAtOnce = 10_000

async function* pagesOf(
  world: SyncWorld,
  sync: SyncDefinition,
  change: 'put' | 'delete'
): AsyncGenerator<readonly string[]> {
  for (let last = -1; ; ) {
    const rows = await rowsOf(
      world,
      `SELECT rowid::VARCHAR AS place, ${change === 'put' ? 'item' : 'item_key'} AS item FROM dynamo_sync_sending
       WHERE ${ofSync(sync)} AND change_kind = '${change}' AND rowid > ${last} ORDER BY rowid LIMIT ${rowsAtOnce}`
    )
    if (rows.length === 0) return
    yield rows.map((row) => String(row.item))
    last = Number(rows.at(-1)?.place)
  }
}

const remember = async (world: SyncWorld, outcome: LoadOutcome): Promise<void> => {
  const { connection } = world.engine
  const appender = await connection.createAppender('dynamo_sync_set_aside', undefined, 'temp')
  for (const { item, code, message } of outcome.setAside) {
    appender.appendVarchar(item)
    appender.appendVarchar(code)
    appender.appendVarchar(message)
    appender.endRow()
  }
  appender.closeSync()
}

/**
 * The changes by the bulk path: a run for the puts, then one for the deletes, for a run of the loader has one mode.
 * The loader counts; which rows it set aside is read from the bucket, all others are settled when the run is complete.
 *
 * @throws WorksheetError when a run of the loader failed
 */
export const sendInBulk = async (world: SyncWorld, sync: SyncDefinition, run: string): Promise<void> => {
  const { engine, loadRows } = world
  if (loadRows === undefined) throw notSupported('The bulk route without a bucket')
  const options = changeOptions(sync)
  for (const change of ['put', 'delete'] as const) {
    const which = `${ofSync(sync)} AND change_kind = '${change}'`
    const [{ sent = 0 } = {}] = await rowsOf(
      world,
      `SELECT count(*)::INTEGER AS sent FROM dynamo_sync_sending WHERE ${which}`
    )
    if (Number(sent) === 0) continue
    const loadRun = `${run}-${change}`
    await engine.run(
      'CREATE OR REPLACE TEMP TABLE dynamo_sync_set_aside (item VARCHAR, code VARCHAR, message VARCHAR)'
    )
    const outcome = await loadRows({
      run: loadRun,
      table: sync.table,
      options: options[change],
      pages: pagesOf(world, sync, change)
    })
    const { rows, state, errors } = outcome
    await remember(world, outcome)
    const rejected = rows.rejected + rows.condition_failed
    const told = rows.written + rows.deleted + rows.superseded + rows.stale + rows.unchanged + rejected
    const unprocessed = Number(sent) - told
    await engine.run(
      `INSERT INTO dynamo_sync_load_counts VALUES (${quoteText(sync.name)}, ${quoteText(run)}, ${quoteText(loadRun)},
       ${rows.written}, ${rows.deleted}, ${rows.superseded}, ${rows.stale}, ${rows.unchanged}, ${rejected}, ${unprocessed},
       ${outcome.writeUnits})`
    )
    await engine.run(
      `INSERT INTO dynamo_load_log VALUES (${quoteText(loadRun)}, ${quoteText(sync.table)}, NULL, '${state}', ${rows.read},
       ${rows.written}, ${rows.deleted}, ${rows.superseded}, ${rows.stale}, ${rows.unchanged}, ${rejected}, ${unprocessed},
       ${outcome.writeUnits}, ${outcome.seconds}, now(), ${errors.length === 0 ? 'NULL' : quoteText(errors.join('; '))})`
    )
    const settled = unprocessed > 0 ? 'unprocessed' : change === 'put' ? 'written' : 'deleted'
    await engine.run(
      `INSERT INTO dynamo_sync_answers
       SELECT sync_name, ${quoteText(run)}, item_key, has_key, change_kind, row_hash, source_rows, known_hash, true,
         CASE WHEN aside.item IS NULL THEN '${settled}' ELSE 'rejected' END, aside.code, aside.message
       FROM dynamo_sync_sending AS sending
       LEFT JOIN (SELECT DISTINCT ON (item) * FROM dynamo_sync_set_aside) AS aside
         ON aside.item = CASE change_kind WHEN 'put' THEN sending.item ELSE item_key END
       WHERE ${which}`
    )
    await engine.run('DROP TABLE dynamo_sync_set_aside')
    if (state === 'failed')
      throw new WorksheetError(`load ${loadRun} failed: ${errors[0] ?? 'see its status'}`)
  }
}
