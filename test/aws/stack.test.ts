import { gzipSync } from 'node:zlib'
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  paginateScan
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { clientSettings } from '../../api/runtime/client-settings.ts'
import { type DeployedStack, stackAt } from '../support/aws-stack.ts'
import {
  batchIdHeader,
  rowsOf,
  type SnowflakeSession,
  snowflakeSession,
  valuesOf
} from '../support/snowflake-session.ts'

let stack: DeployedStack
let snowflake: SnowflakeSession
let table: DynamoDBClient

beforeAll(async () => {
  stack = stackAt(inject('stack'))
  snowflake = await snowflakeSession(stack)
  table = new DynamoDBClient(clientSettings(stack.aws))
})
afterAll(async () => {
  table?.destroy()
  // Other suites share the function.
  await stack.setEnvironment(stack.outputs.PushFunction ?? '', { PUSH_TABLES: stack.outputs.Tables ?? '' })
})

const item = async (id: string, TableName = 'orders') =>
  (await table.send(new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }))).Item
const itemsWith = async (prefix: string): Promise<number> => {
  let count = 0
  for await (const { Items = [] } of paginateScan({ client: table }, { TableName: 'orders' }))
    count += Items.filter(({ id }) => id?.S?.startsWith(`${prefix}-`)).length
  return count
}
const written = (rows: number) => Array.from({ length: rows }, () => ({ status: 'written' }))

describe('the session "snowflake" of the invoke role', () => {
  it('pushes 500 rows, and every item is in the table', async () => {
    expect(valuesOf(await snowflake.post('push', rowsOf(500, 'plain')))).toEqual(written(500))
    expect(await itemsWith('plain')).toBe(500)
    expect(await item('plain-499')).toEqual({ id: { S: 'plain-499' }, n: { N: '499' } })
  })

  it('sends gzip, as Snowflake does', async () => {
    const { credentials } = snowflake
    const headers = { 'content-encoding': 'gzip', 'accept-encoding': 'gzip' }

    const answer = await snowflake.post('push', gzipSync(rowsOf(500, 'zipped')), { credentials, headers })

    expect(valuesOf(answer)).toEqual(written(500))
    expect(await itemsWith('zipped')).toBe(500)
  })

  it('gets the same answer for a repeated batch, and nothing is written again', async () => {
    const { credentials } = snowflake
    const options = { credentials, headers: { [batchIdHeader]: 'query:1:1:0:repeated' } }
    const first = valuesOf(await snowflake.post('push', rowsOf(500, 'twice'), options))
    const Key = { id: { S: 'twice-7' } }
    await table.send(new DeleteItemCommand({ TableName: 'orders', Key }))

    expect(valuesOf(await snowflake.post('push', rowsOf(500, 'twice'), options))).toEqual(first)
    expect(await item('twice-7')).toBeUndefined()
  })

  it('gets and deletes by key', async () => {
    const keys = JSON.stringify({ data: [[0, 'orders', { id: 'plain-0' }]] })

    expect(valuesOf(await snowflake.post('get', keys))).toEqual([{ id: 'plain-0', n: 0 }])
    expect(valuesOf(await snowflake.post('delete', keys))).toEqual([{ status: 'deleted' }])
    expect(await item('plain-0')).toBeUndefined()
  })

  it('reaches every route by POST and by GET, and the health by GET', async () => {
    const { credentials } = snowflake
    for (const route of ['push', 'delete', 'get', 'loads', 'loads/status', 'loads/redrive', 'loads/cancel']) {
      expect((await snowflake.post(route, 'not json')).status, route).not.toBe(403)
      expect((await stack.call('GET', route, { credentials })).status, route).not.toBe(403)
    }
    const health = await stack.call('GET', 'health', { credentials })
    expect(JSON.parse(health.body.toString())).toMatchObject({ status: 'ok' })
  })
})

describe('everybody else', () => {
  it('is refused: another session of the same role', async () => {
    const credentials = await stack.assume(stack.outputs.InvokeRoleArn ?? '', 'somebody')

    expect((await snowflake.post('push', rowsOf(1, 'other'), { credentials })).status).toBe(403)
    expect((await stack.call('GET', 'push', { credentials })).status).toBe(403)
    expect(await item('other-0')).toBeUndefined()
  })

  it('is refused: an unsigned request, and a wrong secret', async () => {
    const forged = { ...snowflake.credentials, secretAccessKey: 'guessed' }

    expect((await snowflake.post('push', rowsOf(1, 'other'), {})).status).toBe(403)
    expect((await stack.call('GET', 'push')).status).toBe(403)
    expect((await snowflake.post('push', rowsOf(1, 'other'), { credentials: forged })).status).toBe(403)
    expect(await item('other-0')).toBeUndefined()
  })

  it('is refused: the other role of Snowflake', async () => {
    const credentials = await stack.assume(stack.outputs.UnloadRoleArn ?? '')

    expect((await stack.call('GET', 'health', { credentials })).status).toBe(403)
  })

  it('cannot take the role on without the external id', async () => {
    await expect(stack.assume(stack.outputs.InvokeRoleArn ?? '', 'snowflake', 'guessed')).rejects.toThrow(
      '403'
    )
  })
})

describe('the log of the push function', () => {
  it('holds ids, counts and metrics, and nothing of any row', async () => {
    const log = await stack.logOf(stack.outputs.PushFunction ?? '')
    const lines = log.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))

    expect(lines).toContainEqual(
      expect.objectContaining({
        event: 'batch_answered',
        queryId: 'query',
        batchId: 'query:1:1:0:1',
        rows: 500,
        RowsWritten: 500,
        _aws: expect.objectContaining({
          CloudWatchMetrics: [expect.objectContaining({ Namespace: 'push_to_dynamo' })]
        })
      })
    )
    expect(log.join()).not.toMatch(/(plain|zipped|twice|other)-\d/)
  })
})

describe('a table that is not listed', () => {
  beforeAll(() =>
    table.send(
      new CreateTableCommand({
        TableName: 'salaries',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }]
      })
    )
  )

  it('is refused by the app', async () => {
    expect(valuesOf(await snowflake.post('push', rowsOf(1, 'one', 'salaries')))).toMatchObject([
      { status: 'rejected', code: 'table_not_allowed' }
    ])
  })

  it('is out of reach of the role, even with the allow-list of the app opened', async () => {
    await stack.setEnvironment(stack.outputs.PushFunction ?? '', { PUSH_TABLES: '*' })
    const { body } = await snowflake.post('push', rowsOf(1, 'one', 'salaries'))

    expect(body.toString()).not.toContain('"written"')
    expect(body.toString()).toMatch(/denied|permission|AccessDenied/i)
    expect(await item('one-0', 'salaries')).toBeUndefined()
    expect(valuesOf(await snowflake.post('push', rowsOf(1, 'listed')))).toEqual(written(1))
  })

  it('the ledger is no table for rows, even then', async () => {
    const forged = JSON.stringify({ data: [[0, 'push_to_dynamo_ledger', { pk: 'run#x', sk: 'run' }]] })

    expect(valuesOf(await snowflake.post('push', forged))).toMatchObject([
      { status: 'rejected', code: 'table_not_allowed' }
    ])
  })
})
