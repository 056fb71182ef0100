import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { s3Store } from '../../api/load/s3-store.ts'
import { clientSettings } from '../../api/runtime/client-settings.ts'
import { s3Client } from '../../api/runtime/s3-client.ts'
import { sqsClient } from '../../api/runtime/sqs-client.ts'
import { type DeployedStack, startStack } from '../support/aws-stack.ts'

const settleDeadlineMs = 40_000

let stack: DeployedStack
let root: S3Client
/** As Snowflake's COPY INTO has it. */
let unloader: S3Client
let queues: SQSClient
let table: DynamoDBClient
let Bucket: string
let ended: string

beforeAll(async () => {
  stack = await startStack({ orders: 'id:S' })
  const { aws, outputs } = stack
  Bucket = outputs.Bucket ?? ''
  root = s3Client(aws)
  queues = sqsClient(aws)
  table = new DynamoDBClient(clientSettings(aws))
  const credentials = await stack.assume(outputs.UnloadRoleArn ?? '')
  unloader = s3Client({ ...aws, credentials })
  // The five deliveries of a poison message would take hours otherwise.
  const Attributes = { VisibilityTimeout: '1' }
  await queues.send(new SetQueueAttributesCommand({ QueueUrl: outputs.LoadQueueUrl, Attributes }))
  ended = await endedRuns(outputs.EventBus ?? '')
})
afterAll(async () => {
  for (const client of [root, unloader, queues, table]) client?.destroy()
  await stack?.stop()
})

/** A queue that a rule fills with the completion events. */
const endedRuns = async (EventBusName: string): Promise<string> => {
  const { QueueUrl = '' } = await queues.send(new CreateQueueCommand({ QueueName: 'ended-runs' }))
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] })
  const Arn = (await queues.send(asked)).Attributes?.QueueArn ?? ''
  const events = new EventBridgeClient(clientSettings(stack.aws))
  const EventPattern = JSON.stringify({ source: ['push_to_dynamo'] })
  await events.send(new PutRuleCommand({ Name: 'ended', EventBusName, EventPattern }))
  await events.send(new PutTargetsCommand({ Rule: 'ended', EventBusName, Targets: [{ Id: 'queue', Arn }] }))
  events.destroy()
  return QueueUrl
}

/** Asks until it is so; what it was at the deadline is the failure's text. */
const eventually = async <T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> => {
  const deadline = Date.now() + settleDeadlineMs
  for (;;) {
    const answer = await ask()
    if (isSo(answer)) return answer
    if (Date.now() > deadline) throw new Error(`it did not come to pass: ${JSON.stringify(answer)}`)
    await wait(100)
  }
}

const keysUnder = async (prefix: string): Promise<string[]> => {
  const keys: string[] = []
  for await (const { key } of s3Store(root, Bucket).list(prefix)) keys.push(key)
  return keys
}

const put = (client: S3Client, Key: string, Body: string | Uint8Array) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body }))

const chunk = (from: number, to: number, bad: readonly string[] = []) =>
  gzipSync(
    [...Array.from({ length: to - from }, (_, n) => JSON.stringify({ id: `row-${from + n}`, n })), ...bad]
      .map((line) => `${line}\n`)
      .join('')
  )

const nextEvent = async (): Promise<Record<string, unknown> | undefined> => {
  const { Messages: [message] = [] } = await queues.send(
    new ReceiveMessageCommand({ QueueUrl: ended, WaitTimeSeconds: 1, VisibilityTimeout: 300 })
  )
  return message && JSON.parse(message.Body ?? '')
}

describe('a run that Snowflake unloads under its role', () => {
  it('is loaded, moved, audited and announced, with what was rejected set aside', async () => {
    const files = [
      { name: 'data_0.ndjson.gz', rows: 1000 },
      { name: 'data 1+ü.ndjson.gz', rows: 501 }
    ]
    await put(unloader, 'unload/run-1/data_0.ndjson.gz', chunk(0, 1000))
    await put(unloader, 'unload/run-1/data 1+ü.ndjson.gz', chunk(1000, 1500, ['{"n":"no key"}']))
    const manifest = { version: 1, run: 'run-1', table: 'orders', options: null, query_id: 'q', files }
    await put(unloader, 'unload/run-1/manifest.json', JSON.stringify(manifest))

    const event = await eventually(nextEvent, (answer) => answer !== undefined)

    expect(event).toMatchObject({
      source: 'push_to_dynamo',
      'detail-type': 'run complete',
      detail: {
        run: 'run-1',
        state: 'complete',
        rows: { expected: 1501, read: 1501, written: 1500, rejected: 1 }
      }
    })
    const { Count } = await table.send(new ScanCommand({ TableName: 'orders', Select: 'COUNT' }))
    expect(Count).toBe(1500)
    const Key = { id: { S: 'row-1499' } }
    expect((await table.send(new GetItemCommand({ TableName: 'orders', Key }))).Item?.n).toEqual({ N: '499' })
    expect(await keysUnder('done/')).toEqual(['done/run-1/data 1+ü.ndjson.gz', 'done/run-1/data_0.ndjson.gz'])
    expect(await keysUnder('rejected/')).toEqual(['rejected/run-1/data 1+ü.ndjson.gz.ndjson.gz'])
    expect(await keysUnder('audit/')).toHaveLength(3)
    expect(await keysUnder('unload/')).toEqual(['unload/run-1/manifest.json'])
  })

  it('loads a file of drop/ by itself', async () => {
    await put(root, 'drop/orders/more rows.ndjson.gz', chunk(2000, 2100))

    const event = await eventually(nextEvent, (answer) => answer !== undefined)

    expect(event).toMatchObject({ detail: { state: 'complete', rows: { read: 100, written: 100 } } })
    expect(await keysUnder('drop/')).toEqual([])
  })

  it('may not reach beyond its prefixes', async () => {
    await expect(put(unloader, 'drop/orders/x.ndjson', '{}')).rejects.toThrow(/denied|authorized/i)
    await expect(put(unloader, 'spill/x/rows.ndjson.gz', '{}')).rejects.toThrow(/denied|authorized/i)
  })
})

describe('a message that nobody understands', () => {
  it('ends among the dead letters after five deliveries', async () => {
    await queues.send(new SendMessageCommand({ QueueUrl: stack.outputs.LoadQueueUrl, MessageBody: 'poison' }))

    const QueueUrl = stack.outputs.LoadDeadLettersUrl
    const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 })
    const dead = await eventually(
      async () => (await queues.send(receive)).Messages?.[0]?.Body,
      (body) => body !== undefined
    )

    expect(dead).toBe('poison')
  })
})
