import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type BatchWriteCommandOutput,
  DynamoDBDocumentClient,
  PutCommand,
  UpdateCommand
} from '@aws-sdk/lib-dynamodb'
import { inParallel } from '../../../api/runtime/in-parallel.ts'
import { sliceRows, stopwatch, task } from '../measured.ts'
import { rowText } from '../rows.ts'

// What many write themselves: the document client, 25 rows a call, so many calls in flight. The client's own settings,
// but for a large enough pool.

const { endpoint, rows, mode, inFlight, resends = false } = task()
const ca = process.env.NODE_EXTRA_CA_CERTS
const agent = { keepAlive: true, maxSockets: 64 }
const client = new DynamoDBClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  requestHandler: {
    httpAgent: agent,
    httpsAgent: new Agent({ ...agent, ...(ca && { ca: readFileSync(ca) }) })
  }
})
const documents = DynamoDBDocumentClient.from(client)
type Row = Record<string, unknown> & { readonly id: string; readonly updated_at: number }

const writeGroup = async (group: readonly Row[]): Promise<void> => {
  let left: BatchWriteCommandInput['RequestItems'] = {
    orders: group.map((Item) => ({ PutRequest: { Item } }))
  }
  while (left !== undefined) {
    const answer: BatchWriteCommandOutput = await documents.send(
      new BatchWriteCommand({ RequestItems: left })
    )
    const isLeft = Object.keys(answer.UnprocessedItems ?? {}).length > 0
    left = resends && isLeft ? answer.UnprocessedItems : undefined
  }
}
const updateRow = async ({ id, ...set }: Row): Promise<void> => {
  const names = Object.keys(set)
  await documents.send(
    new UpdateCommand({
      TableName: 'orders',
      Key: { id },
      UpdateExpression: `SET ${names.map((_, n) => `#${n}=:${n}`).join()}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name, n) => [`#${n}`, name])),
      ExpressionAttributeValues: Object.fromEntries(Object.values(set).map((value, n) => [`:${n}`, value]))
    })
  )
}
const putVersion = async (Item: Row): Promise<void> => {
  await documents.send(
    new PutCommand({
      TableName: 'orders',
      Item,
      ConditionExpression: 'attribute_not_exists(#v) OR #v < :v',
      ExpressionAttributeNames: { '#v': 'updated_at' },
      ExpressionAttributeValues: { ':v': Item.updated_at }
    })
  )
}

const watch = stopwatch()
let claimed = 0
let end = 'ok'
for (let first = 0; first < rows && end === 'ok'; first += sliceRows) {
  const slice: Row[] = []
  for (let n = first; n < Math.min(rows, first + sliceRows); n += 1) slice.push(JSON.parse(rowText(n)) as Row)
  const groups = Array.from({ length: Math.ceil(slice.length / 25) }, (_, n) =>
    slice.slice(n * 25, n * 25 + 25)
  )
  await watch
    .run(() =>
      mode === 'put'
        ? inParallel(inFlight, groups, writeGroup)
        : inParallel(inFlight, slice, mode === 'update' ? updateRow : putVersion)
    )
    .then(
      () => {
        claimed += slice.length
      },
      (error: Error) => {
        end = error.name
      }
    )
}
watch.tell(claimed, end)
process.exit(0)
