import { parseJson } from '../../json/json-text.ts'
import { JsonObject, type JsonValue } from '../../json/json-value.ts'
import { toJsonText } from '../../json/to-json-text.ts'
import type { ExternalFunction } from '../../runtime/external-functions.ts'
import { externalFunctions } from '../../runtime/external-functions.ts'
import { quoteText } from '../worksheet/identifiers.ts'
import { notSupported, WorksheetError } from '../worksheet/worksheet-error.ts'
import { readSyncOptions } from './sync-options.ts'
import { findKeyColumns } from './sync-source.ts'
import { rowsOf, type SyncWorld } from './sync-world.ts'

const text = (value: JsonValue, what: string): string => {
  if (typeof value === 'string' && value.trim() !== '') return value
  throw new WorksheetError(`${what} is not text`)
}

export const externalFunction = (name: string, args: number): ExternalFunction => {
  const found = externalFunctions.find((fn) => fn.name === name && fn.args.length === args)
  if (found === undefined) throw new Error(`there is no function ${name} of ${args} arguments`)
  return found
}

/** Asks the row API, without a write, whether it knows the table and takes the options. */
const checkPush = async (world: SyncWorld, table: string, push: JsonObject): Promise<void> => {
  const options = new JsonObject([...push, ['dry_run', true]])
  const [answer = 'null'] = await world.call(externalFunction('push_to_dynamo', 3), [
    [JSON.stringify(table), '{}', toJsonText(options)]
  ])
  const result = parseJson(answer)
  const code = result instanceof JsonObject ? result.get('code') : undefined
  if (
    result instanceof JsonObject &&
    ['unknown_table', 'table_not_allowed', 'invalid_options'].includes(String(code))
  )
    throw new WorksheetError(`${String(code)}: ${String(result.get('message'))}`)
}

/**
 * `create_dynamo_sync(name, source, table, key [, options])`.
 *
 * @returns what to tell the user
 * @throws WorksheetError when a name is taken, the source cannot be read, or an option is wrong
 */
export const createSync = async (
  world: SyncWorld,
  [name = null, source = null, table = null, key = null, options = null]: readonly JsonValue[]
): Promise<string> => {
  const sync = text(name, 'the name of the sync')
  if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(sync))
    throw new WorksheetError('the name of a sync is 1 to 64 letters, digits or _, the first a letter')
  const taken = await rowsOf(
    world,
    `SELECT 1 FROM dynamo_sync_definitions WHERE upper(sync_name) = ${quoteText(sync.toUpperCase())}`
  )
  if (taken.length > 0)
    throw new WorksheetError(`sync '${sync}' exists already: CALL drop_dynamo_sync('${sync}') first`)
  const read = readSyncOptions(options)
  if (read.capture === 'stream') throw notSupported("capture 'stream'")
  const from = text(source, 'the source')
  const columns = await findKeyColumns(world, from, key)
  const target = text(table, 'the DynamoDB table')
  await checkPush(world, target, read.push)

  const values = [sync, from, target, JSON.stringify(columns), read.capture].map(quoteText)
  const schedule = read.schedule === null ? 'NULL' : quoteText(read.schedule)
  const share = read.maxDeleteShare.toFixed(8)
  await world.engine.run(
    `INSERT INTO dynamo_sync_definitions VALUES (${values.join(', ')}, ${schedule}, ${read.mirror}, ${share}, ` +
      `${read.bulkAbove}, ${quoteText(toJsonText(read.push))}, false, 'LOCAL', now(), NULL, NULL, false, ${share})`
  )
  const first = `CALL run_dynamo_sync('${sync}')`
  if (read.schedule === null) return `Sync ${sync} created: ${first} runs it.`
  return `Sync ${sync} created. Its task is not supported in the local worksheet: ${first} runs it.`
}
