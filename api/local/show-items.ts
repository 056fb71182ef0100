import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Config } from '../runtime/config.ts'
import { dynamodbClient } from '../runtime/dynamodb-client.ts'
import { startEmbeddedDynamodb } from './embedded-dynamodb.ts'
import { localFolder } from './local-folder.ts'
import { lockFolder } from './lock-folder.ts'
import { describeTable, lookAtItems, tablesThere } from './look-at-items.ts'
import { visibleJson } from './results/visible.ts'
import { shownTable } from './table-spec.ts'
import { parseVariant, prettyVariant } from './worksheet/variant.ts'

/** What `npm run look` was told. */
export interface LookArguments {
  readonly table: string | undefined
  readonly key: string | undefined
  /** So many items, without a key. */
  readonly most: number
  readonly isJson: boolean
}

/** The DynamoDB that loads write to: that of the folder, or the one of DYNAMODB_ENDPOINT. */
const openClient = async (
  { DYNAMODB_ENDPOINT }: Config,
  started: AsyncDisposableStack
): Promise<DynamoDBClient> => {
  const endpoint = DYNAMODB_ENDPOINT ?? (await openFolder(started))
  const client = dynamodbClient(endpoint)
  started.defer(async () => client.destroy())
  return client
}

const openFolder = async (started: AsyncDisposableStack): Promise<string> => {
  const path = join(localFolder, 'dynamodb')
  await access(path).catch(() => {
    throw new Error('nothing was loaded here yet: npm run load -- --table name=key:S file')
  })
  await mkdir(localFolder, { recursive: true })
  started.use(await lockFolder(localFolder))
  const embedded = await startEmbeddedDynamodb(0, path)
  started.defer(() => embedded.close())
  return embedded.endpoint
}

/** Prints items that a load has written, as JSON; without a table, the tables. */
export const showItems = async (
  { table, key, most, isJson }: LookArguments,
  config: Config
): Promise<void> => {
  await using started = new AsyncDisposableStack()
  const client = await openClient(config, started)
  const say = (text: string): void => void process.stdout.write(`${text}\n`)
  if (table === undefined) {
    for (const name of await tablesThere(client)) say(shownTable(await describeTable(client, name)))
    return
  }
  const { items, hasMore } = await lookAtItems(client, table, key, most)
  for (const item of items) say(visibleJson(isJson ? item : prettyVariant(parseVariant(item))))
  if (items.length === 0) {
    process.stderr.write(key === undefined ? `${table} is empty\n` : `${table} has no item of this key\n`)
    process.exitCode = key === undefined ? 0 : 1
  }
  if (hasMore) process.stderr.write(`there are more: --most ${most * 10} shows further ones\n`)
}
