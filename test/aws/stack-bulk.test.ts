import { gzipSync } from 'node:zlib'
import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import {
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { RunStatus } from '../../api/load/run-status.ts'
import { clientSettings } from '../../api/runtime/client-settings.ts'
import { s3Client } from '../../api/runtime/s3-client.ts'
import { sqsClient } from '../../api/runtime/sqs-client.ts'
import { s3Store } from '../../api/store/s3-store.ts'
import { type DeployedStack, stackAt } from '../support/aws-stack.ts'
import { eventually } from '../support/eventually.ts'
import { queueOfEvents } from '../support/queue-of-events.ts'
import { type SnowflakeSession, snowflakeSession, valuesOf } from '../support/snowflake-session.ts'
import { chunk, manifestOf } from '../support/unloaded.ts'

let stack: DeployedStack
let root: S3Client
/** As Snowflake's COPY INTO has it. */
let unloader: S3Client
let queues: SQSClient
let table: DynamoDBClient
let snowflake: SnowflakeSession
let Bucket: string
let ended: string

beforeAll(async () => {
  stack = stackAt(inject('stack'))
  const { aws, outputs } = stack
  Bucket = outputs.Bucket ?? ''
  root = s3Client(aws)
  queues = sqsClient(aws)
  table = new DynamoDBClient(clientSettings(aws))
  const credentials = await stack.assume(outputs.UnloadRoleArn ?? '')
  unloader = s3Client({ ...aws, credentials })
  ended = await queueOfEvents(aws, outputs.EventBus ?? '')
  snowflake = await snowflakeSession(stack)
})
afterAll(() => {
  for (const client of [root, unloader, queues, table]) client?.destroy()
})

const keysUnder = async (prefix: string): Promise<string[]> => {
  const keys: string[] = []
  for await (const { key } of s3Store(root, Bucket).list(prefix)) keys.push(key)
  return keys
}

const put = (client: S3Client, Key: string, Body: string | Uint8Array) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body }))

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
    await put(unloader, 'unload/run-1/manifest.json', manifestOf('run-1', files))

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
    const { Count } = await table.send(
      new ScanCommand({
        TableName: 'orders',
        FilterExpression: 'begins_with(id, :row)',
        ExpressionAttributeValues: { ':row': { S: 'row-' } }
      })
    )
    expect(Count).toBe(1500)
    const Key = { id: { S: 'row-1499' } }
    expect((await table.send(new GetItemCommand({ TableName: 'orders', Key }))).Item?.n).toEqual({ N: '499' })
    expect(await keysUnder('done/')).toEqual(['done/run-1/data 1+ü.ndjson.gz', 'done/run-1/data_0.ndjson.gz'])
    expect(await keysUnder('rejected/')).toEqual(['rejected/run-1/data 1+ü.ndjson.gz.ndjson.gz'])
    // The start of the run, its two chunks, its end.
    expect(await keysUnder('audit/')).toHaveLength(4)
    expect(await keysUnder('unload/')).toEqual(['unload/run-1/manifest.json'])
  })

  it('loads a file of drop/ by itself', async () => {
    await put(root, 'drop/orders/more rows.ndjson.gz', chunk(2000, 2100))

    const event = await eventually(nextEvent, (answer) => answer !== undefined)

    expect(event).toMatchObject({ detail: { state: 'complete', rows: { read: 100, written: 100 } } })
    expect(await keysUnder('drop/')).toEqual([])
  })

  it('fails when a chunk cannot be read, and says which', async () => {
    await put(unloader, 'unload/run-2/cut.ndjson.gz', chunk(0, 1000).subarray(0, 50))
    const files = [{ name: 'cut.ndjson.gz', rows: 1000 }]
    await put(unloader, 'unload/run-2/manifest.json', manifestOf('run-2', files))

    const event = await eventually(nextEvent, (answer) => answer !== undefined)

    expect(event).toMatchObject({
      'detail-type': 'run failed',
      detail: { run: 'run-2', errors: [expect.stringContaining('cut.ndjson.gz')] }
    })
    expect(await keysUnder('failed/')).toEqual(['failed/run-2/cut.ndjson.gz'])
  })

  it('logs runs and chunks with their counts as metrics, and nothing of any row', async () => {
    // A line is in the log some time after its event is out.
    const log = await eventually(
      async () => (await stack.logOf(stack.outputs.LoadFunction ?? '')).join('\n'),
      (text) => text.includes('"event":"run_ended","run":"run-2"')
    )

    expect(log).toMatch(
      /"event":"chunk_settled","run":"run-1".*"RowsWritten":1000,.*"ChunksSettled":1,"_aws"/
    )
    expect(log).toMatch(/"event":"run_ended","run":"run-2".*"RunsFailed":1/)
    expect(log).not.toMatch(/row-\d|no key/)
  })
})

describe('a run that SQL starts', () => {
  const files = [{ name: 'a.ndjson', rows: 3 }]
  const call = async (route: string, ...args: readonly unknown[]): Promise<RunStatus> => {
    const [status] = valuesOf<RunStatus>(
      await snowflake.post(route, JSON.stringify({ data: [[0, ...args]] }))
    )
    if (status === undefined) throw new Error('no status')
    return status
  }
  const ends = () =>
    eventually(
      () => call('loads/status', 'run-3'),
      ({ state }) => state !== 'running'
    )

  it('is loaded, told, and redriven once its rejected rows are mended', async () => {
    const bad = '{"id":"sql-1"}\n{"id":"sql-2"}\n{"n":"no key"}\n'
    await put(unloader, 'unload/run-3/a.ndjson', bad)

    expect(await call('loads', 'orders', JSON.parse(manifestOf('run-3', files)))).toMatchObject({
      run: 'run-3'
    })
    expect(await ends()).toMatchObject({ state: 'complete', rows: { read: 3, written: 2, rejected: 1 } })

    await put(root, 'rejected/run-3/a.ndjson.ndjson.gz', gzipSync('{"row":{"id":"sql-3"}}\n'))
    await call('loads/redrive', 'run-3')
    const redriven = await eventually(
      () => call('loads/status', 'run-3'),
      ({ state, rows }) => state === 'complete' && rows.rejected === 0
    )
    expect(redriven.rows).toMatchObject({ read: 3, written: 3 })
    expect(await keysUnder('rejected/run-3/')).toEqual([])
  })

  it('is refused for a table that is not listed', async () => {
    const manifest = { ...JSON.parse(manifestOf('run-4', files)), table: 'salaries' }

    expect(await call('loads', 'salaries', manifest)).toMatchObject({
      state: 'failed',
      errors: [expect.stringContaining('table_not_allowed')]
    })
    expect(await keysUnder('unload/run-4/')).toEqual([])
  })
})

describe('the unload role', () => {
  it('may not reach beyond its prefixes', async () => {
    await expect(put(unloader, 'drop/orders/x.ndjson', '{}')).rejects.toThrow(/denied|authorized/i)
    await expect(put(unloader, 'spill/x/rows.ndjson.gz', '{}')).rejects.toThrow(/denied|authorized/i)
  })
})

describe('a message that nobody understands', () => {
  it('ends among the dead letters after five deliveries', async () => {
    const { LoadQueueUrl } = stack.outputs
    // The five deliveries would take hours otherwise. Not before: work that takes longer would be delivered again.
    const Attributes = { VisibilityTimeout: '1' }
    await queues.send(new SetQueueAttributesCommand({ QueueUrl: LoadQueueUrl, Attributes }))
    await queues.send(new SendMessageCommand({ QueueUrl: LoadQueueUrl, MessageBody: 'poison' }))

    const QueueUrl = stack.outputs.LoadDeadLettersUrl
    const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 })
    const dead = await eventually(
      async () => (await queues.send(receive)).Messages?.[0]?.Body,
      (body) => body !== undefined
    )

    expect(dead).toBe('poison')
  })
})
