import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type EmbeddedDynamodb, startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'
import { tableSchemas } from '../../api/write/table-schemas.ts'
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { replaceTable, tableInput } from '../support/replace-table.ts'
import { createTables, openTestApp, outsideClient } from '../support/test-app.ts'
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts'

const onDemand = { BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } }
/** As an emulator says it of an on-demand table. */
const nothingStated = {
  ProvisionedThroughput: { WriteCapacityUnits: 5 },
  WarmThroughput: { WriteUnitsPerSecond: 0 }
}
const described = { Table: { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] } }
const never = new AbortController().signal

describe('what is known of tables', () => {
  let engine: EmbeddedDynamodb
  let proxy: FaultProxy
  let outside: DynamoDBClient
  let client: DynamoDBClient
  let clock: VirtualClock

  beforeAll(async () => {
    engine = await startEmbeddedDynamodb()
    proxy = await startFaultProxy(engine.endpoint)
    outside = outsideClient(engine.endpoint)
    client = dynamodbClient(proxy.endpoint)
    await createTables(outside, 'orders=id:S', 'events=pk:S,sk:N')
  })
  beforeEach(() => {
    proxy.play(() => 'pass')
    clock = virtualClock()
  })
  afterAll(async () => {
    outside.destroy()
    client.destroy()
    await proxy.close()
    await engine.close()
  })

  it('is looked up once for all who ask at the same time', async () => {
    let looks = 0
    proxy.play(() => {
      looks += 1
      return 'pass'
    })
    const schemas = tableSchemas(client, clock)
    const found = await Promise.all(Array.from({ length: 8 }, () => schemas.find('orders', never)))
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(['table']))
    expect(looks).toBe(1)
  })

  it('is looked up anew by whoever may wait longer than the one who is at it', async () => {
    const schemas = tableSchemas(client, clock)
    const over = schemas.find('orders', AbortSignal.abort())
    expect(await schemas.find('orders', never)).toMatchObject({ kind: 'table' })
    expect(await over).toMatchObject({ kind: 'unavailable' })
  })

  /** Looks of 5 ms each, in virtual time. */
  const looksThat = (answer: () => object) => {
    const send = vi.fn(async (_command: unknown, { abortSignal }: { readonly abortSignal: AbortSignal }) => {
      await clock.sleep(5, abortSignal)
      return answer()
    })
    return { send, schemas: tableSchemas({ send } as never, clock) }
  }
  const failed = (name: string): never => {
    throw Object.assign(new Error(name), { name, $metadata: { httpStatusCode: 400 } })
  }

  it('is asked for once by all who may wait longer than the one who was at it', async () => {
    const { send, schemas } = looksThat(() =>
      clock.passed() < 500 ? failed('ThrottlingException') : described
    )
    const over = schemas.find('orders', clock.deadline(500)).finally(() => send.mockClear())
    const found = await Promise.all(Array.from({ length: 8 }, () => schemas.find('orders', never)))
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(['table']))
    expect(await over).toMatchObject({ kind: 'unavailable' })
    expect(send).toHaveBeenCalledOnce()
  })

  it('is not waited for any longer than the asker may, whoever is at it', async () => {
    const { schemas } = looksThat(() => failed('ThrottlingException'))
    const long = schemas.find('orders', clock.deadline(6_000))
    expect(await schemas.find('orders', clock.deadline(500))).toMatchObject({ kind: 'unavailable' })
    expect(clock.passed()).toBe(500)
    expect(await schemas.find('orders', AbortSignal.abort())).toMatchObject({ kind: 'unavailable' })
    expect(clock.passed()).toBe(500)
    expect(await long).toMatchObject({ kind: 'unavailable' })
    expect(clock.passed()).toBe(6_000)
  })

  it('is denied once to all who ask at the same time', async () => {
    const { send, schemas } = looksThat(() => failed('AccessDeniedException'))
    const found = await Promise.all(Array.from({ length: 8 }, () => schemas.find('orders', never)))
    expect(found.map((each) => each.kind === 'unavailable' && each.isDenied)).toEqual(found.map(() => true))
    expect(send).toHaveBeenCalledOnce()
  })

  it('is the keys with their types and lengths, and those of the indexes', async () => {
    await createTables(outside, 'indexed=id:S')
    await replaceTable(outside, tableInput('indexed', { id: 'S', at: 'N' }, { region: 'S' }))
    expect(await tableSchemas(client, clock).find('indexed', never)).toMatchObject({
      kind: 'table',
      isFresh: true,
      table: {
        name: 'indexed',
        keys: [
          { name: 'id', type: 'S', maxBytes: 2048 },
          { name: 'at', type: 'N', maxBytes: 1024 }
        ],
        indexKeys: [{ name: 'region', type: 'S', maxBytes: 2048 }],
        statedUnits: 40_000
      }
    })
  })

  it.each([
    ['what is provisioned', { ProvisionedThroughput: { WriteCapacityUnits: 7 } }, 7],
    [
      'the warm throughput of an on-demand table',
      { ...onDemand, WarmThroughput: { WriteUnitsPerSecond: 4_000 } },
      4_000
    ],
    [
      'the default quota, where a warm throughput of 0 says nothing',
      { ...onDemand, ...nothingStated },
      40_000
    ],
    ['nothing, where nothing is stated', {}, undefined]
  ])('says of the capacity: %s', async (_what, stated, statedUnits) => {
    const keys = { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] }
    const send = async () => ({ Table: { ...keys, ...stated } })
    const found = await tableSchemas({ send } as never, clock).find('orders', never)

    expect(found).toMatchObject({ kind: 'table', table: { name: 'orders' } })
    expect(found.kind === 'table' && found.table.statedUnits).toBe(statedUnits)
  })

  it('is remembered, and looked up again after ten minutes', async () => {
    const schemas = tableSchemas(client, clock)
    await schemas.find('orders', never)
    expect(await schemas.find('orders', never)).toMatchObject({ isFresh: false })
    expect(proxy.calls).toHaveLength(1)

    await clock.sleep(10 * 60_000 + 1)
    expect(await schemas.find('orders', never)).toMatchObject({ isFresh: true })
    expect(proxy.calls).toHaveLength(2)
  })

  it('is that a table does not exist, until somebody creates it', async () => {
    const schemas = tableSchemas(client, clock)
    expect(await schemas.find('later', never)).toEqual({ kind: 'unknown' })
    await createTables(outside, 'later=id:S')
    expect(await schemas.find('later', never)).toMatchObject({ kind: 'table' })
  })

  it.each(['a b', 'ab', ''])('is that no table can be called "%s"', async (name) => {
    expect(await tableSchemas(client, clock).find(name, never)).toEqual({ kind: 'unknown' })
  })

  it.each<Fault>(['throttled', 'internal-error', 'reset', 'garbage', 'empty-answer', 'applied-reset'])(
    'is asked for again when DescribeTable meets: %s',
    async (fault) => {
      proxy.play(({ nth }) => (nth < 3 ? fault : 'pass'))
      expect(await tableSchemas(client, clock).find('orders', never)).toMatchObject({
        kind: 'table',
        table: { keys: [{ name: 'id' }] }
      })
      expect(clock.passed()).toBeGreaterThan(0)
    }
  )

  it('is not available when DescribeTable is denied, and says so at once', async () => {
    proxy.play(() => 'denied')
    const found = await tableSchemas(client, clock).find('orders', never)
    expect(found).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('AccessDenied') })
    expect(proxy.calls).toHaveLength(1)
  })

  it('is not available when the deadline comes first, after few calls', async () => {
    proxy.play(({ nth }) => {
      if (nth === 11) stopping.abort()
      return 'throttled'
    })
    const stopping = new AbortController()
    const found = await tableSchemas(client, clock).find('orders', stopping.signal)
    expect(found).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('throttles') })
    // Twelve looks are spread over more than 10 s.
    expect(clock.passed()).toBeGreaterThan(7_000)
  })

  it('is put right when the table was created anew with another key', async () => {
    const app = openTestApp(proxy.endpoint)
    await createTables(outside, 'moving=id:S')
    expect(await app.push([['moving', { id: 'a', day: 1 }]])).toEqual([{ status: 'written' }])
    await replaceTable(outside, tableInput('moving', { day: 'N', hour: 'N' }))

    const rows = Array.from({ length: 30 }, (_, n) => ['moving', { day: 1, hour: n }] as const)
    expect(await app.push(rows)).toEqual(rows.map(() => ({ status: 'written' })))
    expect(await app.get(rows)).toEqual(rows.map(([, item]) => item))
    await app.close()
  })

  it('is put right for reads, updates and deletes as well', async () => {
    const app = openTestApp(proxy.endpoint)
    await createTables(outside, 'turning=id:S')
    await app.push([['turning', { id: 'a' }]])
    await replaceTable(outside, tableInput('turning', { code: 'S' }))

    expect(await app.get([['turning', { id: 'a', code: 'x' }]])).toEqual([null])
    await replaceTable(outside, tableInput('turning', { id: 'N' }))
    expect(await app.push([['turning', { id: 1, code: 'x' }, { mode: 'update' }]])).toEqual([
      { status: 'written' }
    ])
    await replaceTable(outside, tableInput('turning', { code: 'S', id: 'N' }))
    expect(await app.push([['turning', { id: 1, code: 'x' }]], '/delete')).toEqual([{ status: 'deleted' }])
    await app.close()
  })
})
