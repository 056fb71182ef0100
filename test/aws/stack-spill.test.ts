import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { clientSettings } from '../../api/runtime/client-settings.ts'
import { s3Client } from '../../api/runtime/s3-client.ts'
import { s3Store } from '../../api/store/s3-store.ts'
import { type DeployedStack, stackAt } from '../support/aws-stack.ts'
import { eventually } from '../support/eventually.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import {
  batchIdHeader,
  rowsOf,
  type SnowflakeSession,
  snowflakeSession,
  valuesOf
} from '../support/snowflake-session.ts'

// The table takes nothing from the push function: whatever the machine, no row is written before the deadline.
const deadlineMs = '3000'
const rows = 500
const batchId = 'query:1:1:0:slow'

let stack: DeployedStack
let snowflake: SnowflakeSession
let table: DynamoDBClient
let root: S3Client
let dynamodb: FaultProxy

beforeAll(async () => {
  stack = stackAt(inject('stack'))
  const { aws, outputs } = stack
  dynamodb = await startFaultProxy(aws.endpoint, aws.ca)
  dynamodb.play(({ operation, body }) =>
    operation === 'BatchWriteItem' && body.includes('"spilled"') ? 'throttled' : 'pass'
  )
  const slow = { PUSH_DEADLINE_MS: deadlineMs, AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint }
  await stack.setEnvironment(outputs.PushFunction ?? '', slow)
  snowflake = await snowflakeSession(stack)
  table = new DynamoDBClient(clientSettings(aws))
  root = s3Client(aws)
  // On a busy machine a function that starts may find the emulated ledger too slow, and would answer without it.
  await eventually(
    () => snowflake.post('push', rowsOf(1, 'first')),
    ({ status, body }) => status === 200 && body.includes('"written"')
  )
})
afterAll(async () => {
  table?.destroy()
  root?.destroy()
  if (stack === undefined) return
  const asDeployed = { PUSH_DEADLINE_MS: '20000', AWS_ENDPOINT_URL_DYNAMODB: stack.aws.endpoint }
  await stack.setEnvironment(stack.outputs.PushFunction ?? '', asDeployed)
  await dynamodb?.close()
})

const keysUnder = async (prefix: string): Promise<string[]> => {
  const keys: string[] = []
  for await (const { key } of s3Store(root, stack.outputs.Bucket ?? '').list(prefix)) keys.push(key)
  return keys
}
const send = () =>
  snowflake.post('push', rowsOf(rows, 'slow', 'spilled'), {
    credentials: snowflake.credentials,
    headers: { [batchIdHeader]: batchId }
  })

describe('a batch past its deadline', () => {
  it('is accepted, finished by the queue, and answered to a poll', async () => {
    const { status, body } = await send()
    expect(status, body.subarray(0, 300).toString()).toBe(202)

    const results = valuesOf(await snowflake.poll('push', batchId))

    expect(results).toEqual(Array.from({ length: rows }, () => ({ status: 'written' })))
    const { Count } = await table.send(new ScanCommand({ TableName: 'spilled', Select: 'COUNT' }))
    expect(Count).toBe(rows)
    const drained = await eventually(
      async () => (await stack.logOf(stack.outputs.SpillFunction ?? '')).join('\n'),
      (log) => log.includes('spill_drained')
    )
    expect(drained).toContain(`"RowsWritten":${rows}`)
    expect(drained).not.toMatch(/slow-\d/)
    expect(await keysUnder('spill/'), 'rows that are answered').toEqual([])
  })

  it('gets the same answer when it is sent again', async () => {
    expect(valuesOf(await send())).toHaveLength(rows)
  })

  it('is unknown by another name', async () => {
    const { status, body } = await snowflake.poll('push', 'query:1:1:0:nobody')

    expect(status).toBe(404)
    expect(body.toString()).toMatch(/batch/)
  })
})
