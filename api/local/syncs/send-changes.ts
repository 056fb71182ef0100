import { JsonObject } from '../../json/json-value.ts'
import { toJsonText } from '../../json/to-json-text.ts'
import { quoteText } from '../worksheet/identifiers.ts'
import { externalFunction } from './create-sync.ts'
import { ofSync, type SyncDefinition } from './sync-definition.ts'
import { rowsOf, type SyncWorld } from './sync-world.ts'

const rowsAtOnce = 5000

/** A delete looks at the key alone, so it takes the options that make a key, and asks for no version. */
const keyOptions = ['names', 'rename', 'types', 'keys']

/** The options of puts, and those of deletes. */
export const changeOptions = ({
  push
}: SyncDefinition): { readonly put: string; readonly delete: string } => ({
  put: toJsonText(push),
  delete: toJsonText(
    new JsonObject([...[...push].filter(([name]) => keyOptions.includes(name)), ['mode', 'delete']])
  )
})

/**
 * One statement's worth of `push_to_dynamo` over what is to be sent. When it fails, none of its answers counts, as
 * in Snowflake.
 *
 * @throws Error of the call
 */
export const sendChanges = async (world: SyncWorld, sync: SyncDefinition, run: string): Promise<void> => {
  const { engine } = world
  const options = changeOptions(sync)
  const push = externalFunction('push_to_dynamo', 3)
  const [{ sent = 0 } = {}] = await rowsOf(
    world,
    `SELECT count(*)::INTEGER AS sent FROM dynamo_sync_sending WHERE ${ofSync(sync)}`
  )
  await engine.run('CREATE OR REPLACE TEMP TABLE dynamo_sync_page (place BIGINT, answer VARCHAR)')
  let last = -1
  for (let answered = 0; ; ) {
    const rows = await rowsOf(
      world,
      `SELECT rowid::VARCHAR AS place, change_kind, CASE change_kind WHEN 'put' THEN item ELSE item_key END AS item
       FROM dynamo_sync_sending WHERE ${ofSync(sync)} AND rowid > ${last} ORDER BY rowid LIMIT ${rowsAtOnce}`
    )
    if (rows.length === 0) break
    const answers = await world.call(
      push,
      rows.map((row) => [
        JSON.stringify(sync.table),
        String(row.item),
        row.change_kind === 'put' ? options.put : options.delete
      ]),
      (some) => world.progress?.(answered + some, Number(sent))
    )
    const appender = await engine.connection.createAppender('dynamo_sync_page', undefined, 'temp')
    for (const [at, answer] of answers.entries()) {
      appender.appendBigInt(BigInt(String(rows[at]?.place)))
      appender.appendVarchar(answer)
      appender.endRow()
    }
    appender.closeSync()
    last = Number(rows.at(-1)?.place)
    answered += rows.length
  }
  await engine.run(
    `INSERT INTO dynamo_sync_answers
     SELECT sync_name, ${quoteText(run)}, item_key, has_key, change_kind, row_hash, source_rows, known_hash, false,
       answer ->> '$.status', answer ->> '$.code', answer ->> '$.message'
     FROM dynamo_sync_page INNER JOIN dynamo_sync_sending ON place = dynamo_sync_sending.rowid`
  )
  await engine.run('DROP TABLE dynamo_sync_page')
}
