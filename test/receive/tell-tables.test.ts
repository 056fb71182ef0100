import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { tableList } from '../../api/batch/table-list.ts'
import { type EmbeddedDynamodb, startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'
import { tableNames } from '../../api/write/table-names.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { createTables, openTestApp, outsideClient } from '../support/test-app.ts'
import { hurriedClock } from '../support/virtual-clock.ts'

const orders = { table: 'orders', keys: [{ name: 'id', type: 'S' }] }
const events = {
  table: 'customer_events',
  keys: [
    { name: 'pk', type: 'B' },
    { name: 'sk', type: 'N' }
  ]
}
const spend = { table: 'customer_spend', keys: [{ name: 'id', type: 'N' }] }

describe('dynamo_tables()', () => {
  let engine: EmbeddedDynamodb
  let proxy: FaultProxy
  let outside: DynamoDBClient

  beforeAll(async () => {
    engine = await startEmbeddedDynamodb()
    proxy = await startFaultProxy(engine.endpoint)
    outside = outsideClient(engine.endpoint)
    await createTables(
      outside,
      'orders=id:S',
      'customer_events=pk:B,sk:N',
      'customer_spend=id:N',
      'hidden=id:S'
    )
    await createTables(outside, 'push_to_dynamo_other=id:S')
  })
  beforeEach(() => proxy.play(() => 'pass'))
  afterAll(async () => {
    outside.destroy()
    await proxy.close()
    await engine.close()
  })

  /** The answer to a batch of so many rows, which have no arguments. */
  const ask = async (allowList: string, headers: Record<string, string> = {}, rows = 1) => {
    const client = dynamodbClient(proxy.endpoint, 5_000)
    const app = openTestApp(proxy.endpoint, {
      isAllowed: tableList(allowList),
      tables: { allowList, names: tableNames(client, hurriedClock) },
      clock: hurriedClock,
      deadlineMs: 2_000
    })
    const body = JSON.stringify({ data: Array.from({ length: rows }, (_, n) => [n]) })
    const reply = await app.post('/tables', body, headers)
    await app.close()
    client.destroy()
    return reply
  }
  const told = async (...asked: Parameters<typeof ask>): Promise<unknown> => {
    const reply = await ask(...asked)
    expect(reply.statusCode).toBe(200)
    return (reply.json() as { data: [number, unknown][] }).data.map(([, value]) => value)
  }

  it('tells the tables on the allow-list that exist, by name, the partition key first', async () => {
    expect(await told('orders,customer_events,not_made_yet')).toEqual([[events, orders]])
  })

  it('tells what a name with * stands for, and lists the account only then', async () => {
    expect(await told('customer_*, orders')).toEqual([[events, spend, orders]])
    proxy.play(({ operation }) => (operation === 'ListTables' ? 'denied' : 'pass'))
    expect(await told('orders')).toEqual([[orders]])
    expect((await ask('customer_*')).statusCode).toBe(503)
  })

  it('tells a function that is narrowed by push-tables of its own tables only', async () => {
    const narrowed = { 'sf-custom-push-tables': 'orders,hidden' }
    expect(await told('orders,customer_*', narrowed)).toEqual([[orders]])
    expect(await told('*', { 'sf-custom-push-tables': 'customer_*' })).toEqual([[events, spend]])
    expect(await told('orders', { 'sf-custom-push-tables': '' })).toEqual([[]])
  })

  it('answers every row of a batch alike', async () => {
    expect(await told('orders', {}, 3)).toEqual([[orders], [orders], [orders]])
    expect(await told('orders', {}, 0)).toEqual([])
  })

  it('is 503 while a table does not tell, and 400 to arguments', async () => {
    let asked = 0
    proxy.play(() => (asked++ < 3 ? 'throttled' : 'pass'))
    expect(await told('orders')).toEqual([[orders]])
    proxy.play(() => 'denied')
    const reply = await ask('orders')
    expect([reply.statusCode, reply.body]).toEqual([503, expect.stringContaining('safe to send it again')])

    const app = openTestApp(engine.endpoint, {
      tables: { allowList: 'orders', names: async () => ({ kind: 'named', names: [] }) }
    })
    expect((await app.post('/tables', '{"data":[[0,"orders"]]}')).statusCode).toBe(400)
    await app.close()
  })
})
