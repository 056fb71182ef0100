import { gzipSync } from 'node:zlib'
import { CreateTableCommand, DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientSettings } from '../../api/runtime/client-settings.ts'
import type { Credentials } from '../support/aws-signed-call.ts'
import { type ApiCall, type DeployedStack, startStack } from '../support/aws-stack.ts'

let stack: DeployedStack
let session: Credentials
let table: DynamoDBClient

beforeAll(async () => {
  stack = await startStack({ orders: 'id:S' })
  session = await stack.assume(stack.outputs.InvokeRoleArn ?? '')
  table = new DynamoDBClient(clientSettings(stack.aws))
})
afterAll(async () => {
  table?.destroy()
  await stack?.stop()
})

const rowsOf = (count: number, prefix: string, target = 'orders'): string =>
  JSON.stringify({ data: Array.from({ length: count }, (_, n) => [n, target, { id: `${prefix}-${n}`, n }]) })

let batches = 0
const post = (route: string, body: string | Uint8Array, options: ApiCall = { credentials: session }) => {
  batches += 1
  return stack.call('POST', route, {
    ...options,
    body,
    headers: {
      'content-type': 'application/json',
      'sf-external-function-query-batch-id': `query:1:1:0:${batches}`,
      'sf-external-function-current-query-id': 'query',
      ...options.headers
    }
  })
}

const results = (body: Buffer): Array<{ status: string; code?: string }> =>
  JSON.parse(body.toString()).data.map(([, result]: [number, { status: string }]) => result)
const item = async (id: string, TableName = 'orders') =>
  (await table.send(new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }))).Item

describe('the session "snowflake" of the invoke role', () => {
  it('pushes 500 rows, and every item is in the table', async () => {
    const { status, body } = await post('push', rowsOf(500, 'plain'))

    expect(status).toBe(200)
    expect(new Set(results(body).map((result) => result.status))).toEqual(new Set(['written']))
    const { Count } = await table.send(new ScanCommand({ TableName: 'orders', Select: 'COUNT' }))
    expect(Count).toBe(500)
    expect(await item('plain-499')).toEqual({ id: { S: 'plain-499' }, n: { N: '499' } })
  })

  it('sends gzip, as Snowflake does', async () => {
    const { status, body } = await post('push', gzipSync(rowsOf(500, 'zipped')), {
      credentials: session,
      headers: { 'content-encoding': 'gzip', 'accept-encoding': 'gzip' }
    })

    expect(status, body.toString()).toBe(200)
    expect(results(body)).toHaveLength(500)
    expect(await item('zipped-499')).toBeDefined()
  })

  it('gets and deletes by key', async () => {
    const keys = JSON.stringify({ data: [[0, 'orders', { id: 'plain-0' }]] })

    expect(results((await post('get', keys)).body)).toEqual([{ id: 'plain-0', n: 0 }])
    expect(results((await post('delete', keys)).body)).toEqual([{ status: 'deleted' }])
    expect(await item('plain-0')).toBeUndefined()
  })

  it('reaches every route by POST and by GET, and the health by GET', async () => {
    for (const route of ['push', 'delete', 'get', 'loads', 'loads/status', 'loads/redrive']) {
      expect((await post(route, 'not json')).status, route).not.toBe(403)
      expect((await stack.call('GET', route, { credentials: session })).status, route).not.toBe(403)
    }
    const health = await stack.call('GET', 'health', { credentials: session })
    expect(JSON.parse(health.body.toString())).toMatchObject({ status: 'ok' })
  })
})

describe('everybody else', () => {
  it('is refused: another session of the same role', async () => {
    const other = await stack.assume(stack.outputs.InvokeRoleArn ?? '', 'somebody')

    expect((await post('push', rowsOf(1, 'other'), { credentials: other })).status).toBe(403)
  })

  it('is refused: an unsigned request, and a wrong secret', async () => {
    expect((await post('push', rowsOf(1, 'other'), {})).status).toBe(403)
    const forged = { ...session, secretAccessKey: 'guessed' }
    expect((await post('push', rowsOf(1, 'other'), { credentials: forged })).status).toBe(403)
    expect(await item('other-0')).toBeUndefined()
  })

  it('is refused: the other role of Snowflake', async () => {
    const unload = await stack.assume(stack.outputs.UnloadRoleArn ?? '')

    expect((await stack.call('GET', 'health', { credentials: unload })).status).toBe(403)
  })

  it('cannot take the role on without the external id', async () => {
    await expect(stack.assume(stack.outputs.InvokeRoleArn ?? '', 'snowflake', 'guessed')).rejects.toThrow(
      '403'
    )
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
    const { body } = await post('push', rowsOf(1, 'one', 'salaries'))

    expect(results(body)).toMatchObject([{ status: 'rejected', code: 'table_not_allowed' }])
  })

  it('is out of reach of the role, even with the allow-list of the app opened', async () => {
    await stack.setEnvironment(stack.outputs.PushFunction ?? '', {
      PUSH_TABLES: '*',
      PUSH_DEADLINE_MS: '2000'
    })
    const { body } = await post('push', rowsOf(1, 'one', 'salaries'))

    expect(body.toString()).not.toContain('"written"')
    expect(body.toString()).toMatch(/denied|permission|AccessDenied/i)
    expect(await item('one-0', 'salaries')).toBeUndefined()
    expect(results((await post('push', rowsOf(1, 'listed'))).body)).toEqual([{ status: 'written' }])
  })
})
