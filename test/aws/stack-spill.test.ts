import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { clientSettings } from '../../api/runtime/client-settings.ts'
import { s3Client } from '../../api/runtime/s3-client.ts'
import { s3Store } from '../../api/store/s3-store.ts'
import { type DeployedStack, stackAt } from '../support/aws-stack.ts'
import { eventually } from '../support/eventually.ts'
import {
  batchIdHeader,
  rowsOf,
  type SnowflakeSession,
  snowflakeSession,
  valuesOf
} from '../support/snowflake-session.ts'

// A tenth of a second is not enough for 120 calls of BatchWriteItem, whatever the machine.
const shortDeadline = { PUSH_DEADLINE_MS: '100' }
const rows = 3_000
const batchId = 'query:1:1:0:slow'

let stack: DeployedStack
let snowflake: SnowflakeSession
let table: DynamoDBClient
let root: S3Client

beforeAll(async () => {
  stack = stackAt(inject('stack'))
  await stack.setEnvironment(stack.outputs.PushFunction ?? '', shortDeadline)
  snowflake = await snowflakeSession(stack)
  table = new DynamoDBClient(clientSettings(stack.aws))
  root = s3Client(stack.aws)
  // On a busy machine a function that starts may find the emulated ledger too slow, and would answer without it.
  await eventually(
    () => snowflake.post('push', rowsOf(1, 'first', 'spilled')),
    ({ status, body }) => status === 200 && body.includes('"written"')
  )
})
afterAll(async () => {
  table?.destroy()
  root?.destroy()
  await stack?.setEnvironment(stack.outputs.PushFunction ?? '', { PUSH_DEADLINE_MS: '20000' })
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
    expect(Count).toBe(rows + 1)
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
