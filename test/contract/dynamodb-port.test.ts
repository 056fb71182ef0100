import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PlannedWrite } from '../../api/plan/planned-write.ts'
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { dynamodbWriter } from '../../api/write/dynamodb-writer.ts'
import type { ReadPort, WritePort } from '../../api/write/write-port.ts'
import type { Engine } from '../support/engines.ts'
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { openEngine } from '../support/open-engine.ts'
import { tableOf, write } from '../support/rows.ts'
import { createTables, outsideClient, scanTable } from '../support/test-app.ts'

const signal = new AbortController().signal
const taken = (count: number) => ({
  kind: 'answered',
  outcomes: Array.from({ length: count }, () => 'taken')
})

describe.each(['wire', 'sdk'] as const)('the port to DynamoDB by the %s', (kind) => {
  let engine: Engine
  let proxy: FaultProxy
  let outside: DynamoDBClient
  let client: DynamoDBClient
  let port: WritePort & ReadPort
  let table = 'port0'
  let tables = 0

  beforeAll(async () => {
    engine = await openEngine(process.env)
    proxy = await startFaultProxy(engine.endpoint)
    outside = outsideClient(engine.endpoint)
    client = dynamodbClient(proxy.endpoint, 2_000)
    port = dynamodbWriter(client, systemClock, { kind, timeoutMs: 20_000 }).port
  })
  beforeEach(async () => {
    proxy.play(() => 'pass')
    tables += 1
    table = `port${tables}`
    await createTables(outside, `${table}=id:S`)
  })
  afterAll(async () => {
    outside.destroy()
    client.destroy()
    await proxy.close()
    await engine.stop()
  })

  const puts = (count: number) => Array.from({ length: count }, (_, n) => write({ id: `k${n}`, n }))

  it('takes a full batch of puts and deletes, and tells the units', async () => {
    await port.batch(table, puts(25), signal)
    const mixed = puts(25).map((put, n) => (n % 2 ? put : write({ id: `k${n}` }, { mode: 'delete' })))
    const answer = await port.batch(table, mixed, signal)
    expect(answer).toMatchObject({ ...taken(25), units: 25 })
    expect(await scanTable(outside, table)).toHaveLength(12)
  })

  it('names the writes that are left, numbers and bytes in keys too', async () => {
    for (const [type, ids] of [
      ['N', [1, 2.5, -1e-7, '1e30']],
      ['B', ['AQ==', 'Ag==', 'AwQ=', 'BQ==']]
    ] as const) {
      const name = `${table}${type}`
      await createTables(outside, `${name}=id:${type}`)
      const writes = ids.map((id) => write({ id }, { types: { id: type } }, tableOf({ id: type })))
      proxy.play(() => ({ unprocessed: 2 }))
      expect(await port.batch(name, writes, signal)).toMatchObject({
        outcomes: ['left', 'left', 'taken', 'taken']
      })
      proxy.play(() => 'pass')
    }
  })

  it.each<Fault>([
    'applied-empty',
    'empty-answer',
    'applied-garbage',
    'cut-off-answer',
    'applied-reset',
    'internal-error'
  ])('calls a batch lost, not taken, when it meets: %s', async (fault) => {
    proxy.play(() => fault)
    expect(await port.batch(table, puts(3), signal)).toMatchObject({ kind: 'lost' })
    expect(await port.single(table, write({ id: 'a' }), false, signal)).toMatchObject({ kind: 'lost' })
    expect(await port.read(table, [write({ id: 'a' }).key], signal)).toMatchObject({ kind: 'lost' })
  })

  it('calls a batch lost when the answer names a write that it did not carry', async () => {
    proxy.play(() => 'foreign-unprocessed')
    expect(await port.batch(table, puts(3), signal)).toMatchObject({ kind: 'lost' })
  })

  it('refuses a batch that holds one item too large as a whole, and takes nothing', async () => {
    const large = {
      ...write({ id: 'big' }),
      action: {
        kind: 'put' as const,
        item: new Map([
          ['id', { S: 'big' }],
          ['f', { S: 'x'.repeat(409_600) }]
        ])
      }
    }
    expect(await port.batch(table, [...puts(3), large], signal)).toMatchObject({
      kind: 'invalid',
      flaw: { code: 'item_too_large' }
    })
    expect(await scanTable(outside, table)).toEqual([])
  })

  it.each([
    ['a key of another type', [['id', { N: '1' }]], 'key_type'],
    ['no key', [['other', { S: 'x' }]], 'key_type'],
    ['an empty key', [['id', { S: '' }]], 'invalid_key'],
    ['a key that is too long', [['id', { S: 'x'.repeat(2049) }]], 'invalid_key'],
    [
      '39 digits',
      [
        ['id', { S: 'a' }],
        ['n', { N: '1'.repeat(39) }]
      ],
      'number_out_of_range'
    ],
    [
      '1e126',
      [
        ['id', { S: 'a' }],
        ['n', { N: '1e126' }]
      ],
      'number_out_of_range'
    ],
    [
      'an empty set',
      [
        ['id', { S: 'a' }],
        ['s', { SS: [] }]
      ],
      'unsupported_value'
    ]
  ] as const)('knows what it is refused for: %s', async (_what, item, code) => {
    const bad: PlannedWrite = {
      ...write({ id: 'a' }),
      action: { kind: 'put' as const, item: new Map<string, AttributeValue>(item as never) }
    }
    expect(await port.batch(table, [bad], signal)).toMatchObject({ kind: 'invalid', flaw: { code } })
    expect(await port.single(table, bad, false, signal)).toMatchObject({ kind: 'invalid', flaw: { code } })
  })

  it('says that a table is not there', async () => {
    expect(await port.batch('absent-table', puts(1), signal)).toEqual({ kind: 'no_table' })
    expect(await port.single('absent-table', write({ id: 'a' }), false, signal)).toEqual({ kind: 'no_table' })
    expect(await port.read('absent-table', [write({ id: 'a' }).key], signal)).toEqual({ kind: 'no_table' })
  })

  it('calls what the deadline cuts off lost', async () => {
    const deadline = new AbortController()
    proxy.play(() => {
      deadline.abort()
      return 'hang'
    })
    expect(await port.batch(table, puts(1), deadline.signal)).toMatchObject({ kind: 'lost' })
    expect(await port.batch(table, puts(1), AbortSignal.abort())).toMatchObject({ kind: 'lost' })
  })

  it('looks at the item before it says stale, whether or not the refusal carries it', async () => {
    const newer = write({ id: 'a', v: 9 }, { version: 'v' })
    const older = write({ id: 'a', v: 3 }, { version: 'v' })
    await port.single(table, newer, false, signal)
    expect(await port.single(table, older, false, signal)).toMatchObject({ outcomes: [{ status: 'stale' }] })
    expect(await port.single(table, newer, false, signal)).toMatchObject({ outcomes: ['taken'] })

    proxy.play(({ nth }) => (nth === 0 ? 'condition-failed' : 'pass'))
    expect(await port.single(table, older, false, signal)).toMatchObject({ outcomes: [{ status: 'stale' }] })
    expect(proxy.calls.map(({ operation }) => operation)).toEqual(['PutItem', 'GetItem'])
  })

  it('sends again what was refused by an item that is gone by now', async () => {
    proxy.play(({ nth }) => (nth === 0 ? 'condition-failed' : 'pass'))
    const versioned = write({ id: 'b', v: 3 }, { version: 'v' })
    expect(await port.single(table, versioned, false, signal)).toMatchObject({ outcomes: ['left'] })
  })

  it('does not call a write perhaps taken when only the look at its item was lost', async () => {
    proxy.play(({ nth }) => (nth === 0 ? 'condition-failed' : 'reset'))
    const versioned = write({ id: 'b', v: 3 }, { version: 'v' })
    expect(await port.single(table, versioned, false, signal)).toMatchObject({ kind: 'refused' })
    proxy.play(({ nth }) => (nth === 0 ? 'condition-failed' : 'empty-answer'))
    expect(await port.single(table, versioned, false, signal)).toMatchObject({ kind: 'refused' })
  })

  it('writes and reads every type, bytes at any depth and names that JavaScript knows', async () => {
    const bytes = new Uint8Array([0, 255, 128])
    const item = new Map<string, AttributeValue>([
      ['id', { S: 'all "types" \\ 東京 \u2028' }],
      ['n', { N: '12345678901234567890123456789012345678' }],
      ['b', { B: bytes }],
      ['empty', { B: new Uint8Array() }],
      ['sets', { L: [{ SS: ['a', 'b'] }, { NS: ['1', '2.5'] }, { BS: [bytes] }] }],
      ['deep', { M: { list: { L: [{ M: { b: { B: bytes } } }, { BOOL: false }, { NULL: true }] } } }],
      ['__proto__', { M: { constructor: { B: bytes } } }]
    ])
    const made = write({ id: 'x' })
    const key = { attributes: new Map([['id', item.get('id') ?? { S: '' }]]), text: 'unused' }
    const put: PlannedWrite = { ...made, key, action: { kind: 'put', item } }
    expect(await port.batch(table, [put], signal)).toMatchObject(taken(1))
    expect(await port.single(table, put, false, signal)).toMatchObject(taken(1))
    const answer = await port.read(table, [key], signal)
    if (answer.kind !== 'answered') throw new Error(answer.kind)
    expect([...answer.items.values()]).toEqual([item])
  })

  it('reads 100 items and names the keys that are left', async () => {
    for (let n = 0; n < 4; n += 1) await port.batch(table, puts(100).slice(n * 25, n * 25 + 25), signal)
    const keys = [...puts(99), write({ id: 'missing' })].map(({ key }) => key)
    const all = await port.read(table, keys, signal)
    if (all.kind !== 'answered') throw new Error(all.kind)
    expect([all.items.size, all.left, all.items.get(keys[7]?.text ?? '')?.get('n')]).toEqual([
      99,
      [],
      { N: '7' }
    ])

    proxy.play(() => ({ unprocessed: 60 }))
    const part = await port.read(table, keys, signal)
    if (part.kind !== 'answered') throw new Error(part.kind)
    expect([part.items.size, part.left]).toEqual([39, keys.slice(0, 60)])
  })
})
