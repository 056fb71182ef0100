import { parseJson } from '../../json/json-text.ts'
import { JsonNumber, JsonObject, type JsonValue } from '../../json/json-value.ts'
import { toJsonText } from '../../json/to-json-text.ts'
import { WorksheetError } from '../worksheet/worksheet-error.ts'
import { externalFunction } from './create-sync.ts'
import { storedKey } from './stored-key.ts'
import { ofSync, type SyncDefinition } from './sync-definition.ts'
import { readSource } from './sync-source.ts'
import { type DuckRow, rowsOf, type SyncWorld } from './sync-world.ts'

const rowsAtOnce = 5000

/** A condition that no item meets. */
const never =
  '{"expression":"attribute_exists(#n) AND attribute_not_exists(#n)","names":{"#n":"push_to_dynamo"}}'

/**
 * Options with which `push_to_dynamo` compares and cannot write: an equal item is `unchanged`, for any other the
 * condition is false. So whatever the push options make of a row, the comparison makes the same of it.
 */
const compareOptions = ({ push }: SyncDefinition): string => {
  const kept = [...push].filter(([name]) => !['version', 'tombstone', 'if', 'skip_unchanged'].includes(name))
  return toJsonText(new JsonObject([...kept, ['skip_unchanged', true], ['if', parseJson(never)]]))
}

const memberOf = (answer: string, name: string): JsonValue | undefined => {
  const value = parseJson(answer)
  return value instanceof JsonObject ? value.get(name) : undefined
}

/** Which rows the table holds exactly as they would be sent. */
const compare = async (
  world: SyncWorld,
  sync: SyncDefinition,
  rows: readonly DuckRow[]
): Promise<readonly boolean[]> => {
  const options = compareOptions(sync)
  const table = JSON.stringify(sync.table)
  const answers = await world.call(
    externalFunction('push_to_dynamo', 3),
    rows.map((row) => [table, String(row.item), options])
  )
  return answers.map((answer) => {
    const status = memberOf(answer, 'status')
    if (status === 'unprocessed')
      throw new WorksheetError(
        `the table did not answer in time: CALL reconcile_dynamo('${sync.name}') again`
      )
    return status === 'unchanged'
  })
}

/** Which keys the table holds at all. A key that cannot be one is not held. */
const find = async (
  world: SyncWorld,
  sync: SyncDefinition,
  rows: readonly DuckRow[]
): Promise<readonly boolean[]> => {
  const keys = rows.map((row) => storedKey(String(row.item_key), sync.push))
  const table = JSON.stringify(sync.table)
  const answers = await world.call(
    externalFunction('get_from_dynamo', 2),
    keys.map((key) => [table, key])
  )
  // An item holds its key's attributes; the result of a bad key does not.
  return answers.map((answer, at) => {
    if (answer === 'null') return false
    const names = [...(parseJson(keys[at] ?? '{}') as JsonObject).keys()]
    return (
      memberOf(answer, 'status') !== 'rejected' || names.some((name) => memberOf(answer, name) !== undefined)
    )
  })
}

const check = async (world: SyncWorld, sync: SyncDefinition, rows: readonly DuckRow[]): Promise<void> => {
  const present = rows.filter((row) => row.is_in_source === true)
  const same = present.length === 0 ? [] : await compare(world, sync, present)
  const isSame = new Map(present.map((row, at) => [row, same[at] ?? false]))
  const open = rows.filter((row) => !isSame.get(row))
  const stored = open.length === 0 ? [] : await find(world, sync, open)
  const isStored = new Map(open.map((row, at) => [row, stored[at] ?? false]))
  const appender = await world.engine.connection.createAppender('dynamo_sync_checks')
  for (const row of rows) {
    appender.appendVarchar(sync.name)
    appender.appendVarchar(String(row.item_key))
    appender.appendBoolean(row.has_key === true)
    appender.appendNull()
    appender.appendBoolean(row.is_in_source === true)
    appender.appendBoolean(isSame.get(row) ?? false)
    appender.appendBoolean(isStored.get(row) ?? true)
    appender.endRow()
  }
  appender.closeSync()
}

/** @throws WorksheetError when the sample is not a whole number above 0 */
export const readSample = (sample: JsonValue): number | undefined => {
  if (sample === null) return undefined
  const rows = sample instanceof JsonNumber ? Number(sample.text) : Number.NaN
  if (Number.isSafeInteger(rows) && rows > 0) return rows
  throw new WorksheetError('the sample is a number of keys, such as 1000')
}

/**
 * `reconcile_dynamo`: compares source and table key by key and leaves what was found in `dynamo_sync_checks`, from
 * which `dynamo_sync_reconciled_keys` reads.
 *
 * @param sample number of keys to look at, chosen by chance; all when undefined
 * @throws WorksheetError when source or table cannot be read
 */
export const reconcile = async (
  world: SyncWorld,
  sync: SyncDefinition,
  sample: number | undefined
): Promise<void> => {
  const { engine } = world
  await engine.run(`DELETE FROM dynamo_sync_checks WHERE ${ofSync(sync)}`)
  await readSource(world, sync)
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE dynamo_sync_keys AS SELECT * FROM dynamo_sync_keys_to_check WHERE ${ofSync(sync)}
     ${sample === undefined ? '' : `ORDER BY random() LIMIT ${sample}`}`
  )
  for (let last = -1; ; ) {
    const rows = await rowsOf(
      world,
      `SELECT rowid::VARCHAR AS place, * FROM dynamo_sync_keys WHERE rowid > ${last} ORDER BY rowid LIMIT ${rowsAtOnce}`
    )
    if (rows.length === 0) break
    await check(world, sync, rows)
    last = Number(rows.at(-1)?.place)
  }
  await engine.run('DROP TABLE dynamo_sync_keys')
  await doubtFindings(world, sync)
}

/** What was found is in doubt from now on: the next run sends it again, and a mirror deletes what is extra. */
const doubtFindings = async ({ engine }: SyncWorld, sync: SyncDefinition): Promise<void> => {
  await engine.run(
    `UPDATE dynamo_sync_snapshot AS snapshot SET row_hash = '', is_stored = true
     FROM dynamo_sync_reconciled_keys AS found
     WHERE snapshot.${ofSync(sync)} AND found.${ofSync(sync)} AND snapshot.item_key = found.item_key
       AND (snapshot.is_stored OR found.finding = 'extra')`
  )
}
