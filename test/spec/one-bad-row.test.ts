import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddedDynamodb, startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { replaceTable, tableInput } from '../support/replace-table.ts'
import {
  type Arguments,
  createTables,
  openTestApp,
  outsideClient,
  scanTable,
  type TestApp
} from '../support/test-app.ts'

const large = 'x'.repeat(409_550)
const bad: ReadonlyArray<readonly [what: string, code: string, ...args: Arguments]> = [
  ['a row without its key', 'missing_key', 'rows', { ID: 'a' }],
  ['a NULL key', 'missing_key', 'rows', { id: null }],
  ['an empty key', 'invalid_key', 'rows', { id: '' }],
  ['a key of 2,049 bytes', 'invalid_key', 'rows', { id: 'é'.repeat(1024).concat('x') }],
  ['a key of another type', 'key_type', 'rows', { id: 5 }],
  ['an item over 400 KB', 'item_too_large', 'rows', { id: 'a', large: large.concat(large) }],
  ['an empty attribute name', 'unsupported_value', 'rows', { id: 'a', '': 1 }],
  ['an empty set', 'unsupported_value', 'rows', { id: 'a', s: [] }, { types: { s: 'SS' } }],
  ['base64 that is none', 'unsupported_value', 'rows', { id: 'a', b: '*' }, { types: { b: 'B' } }],
  ['one name twice', 'duplicate_attribute', 'rows', '{"id":"a","x":1,"x":2}'],
  ['two columns that become one', 'duplicate_attribute', 'rows', { id: 'a', ID: 'b' }, { names: 'lower' }],
  ['an unknown option', 'invalid_options', 'rows', { id: 'a' }, { mdoe: 'put' }],
  ['a wrong option', 'invalid_options', 'rows', { id: 'a' }, { mode: 'upsert' }],
  ['an item that is no object', 'not_an_object', 'rows', [1]],
  ['a NULL item', 'not_an_object', 'rows', null],
  ['a table that does not exist', 'unknown_table', 'rows-missing', { id: 'a' }],
  ['a table name that cannot be', 'unknown_table', 'no such table!', { id: 'a' }],
  ['no table name', 'table_not_allowed', null, { id: 'a' }],
  [
    'a condition that is no expression',
    'invalid_options',
    'rows',
    { id: 'a' },
    { if: { expression: 'color =' } }
  ],
  [
    'a condition on an unknown placeholder',
    'invalid_options',
    'rows',
    { id: 'a' },
    { if: { expression: '#a = :b' } }
  ]
]

describe('one bad row in a batch of 25', () => {
  let engine: EmbeddedDynamodb
  let proxy: FaultProxy
  let outside: DynamoDBClient
  let app: TestApp
  let table = 0

  beforeAll(async () => {
    engine = await startEmbeddedDynamodb()
    proxy = await startFaultProxy(engine.endpoint)
    outside = outsideClient(engine.endpoint)
    app = openTestApp(proxy.endpoint)
    await createTables(outside, 'rows=id:S')
  })
  beforeEach(() => {
    table += 1
    proxy.play(() => 'pass')
  })
  afterAll(async () => {
    outside.destroy()
    await app.close()
    await proxy.close()
    await engine.close()
  })

  const neighbours = (name: string, more = {}) =>
    Array.from({ length: 24 }, (_, n): Arguments => [name, { id: `${table}-${n}`, ...more }])

  it.each(bad)('%s is rejected as %s, and its 24 neighbours are written', async (_what, code, ...args) => {
    const rows = neighbours('rows')
    const results = await app.push([...rows.slice(0, 7), args as unknown as Arguments, ...rows.slice(7)])

    expect(results[7]).toMatchObject({ status: 'rejected', code })
    expect(results.toSpliced(7, 1)).toEqual(rows.map(() => ({ status: 'written' })))
    expect(await app.get(rows)).toEqual(rows.map(([, item]) => item))
  })

  it.each([1, 2, 7, 25])('that only DynamoDB refuses is found by splitting (%i of them)', async (count) => {
    // What a new rule of AWS would look like: a text that nobody has seen before.
    proxy.play(({ operation, body }) =>
      operation === 'BatchWriteItem' && body.includes('poison')
        ? { invalid: 'Newly refused: poison' }
        : 'pass'
    )
    const rows = neighbours('rows').concat([['rows', { id: `${table}-24` }]])
    const results = await app.push(
      rows.map(
        ([name, item], n): Arguments =>
          n % 25 < count ? [name, { ...(item as object), note: 'poison' }] : [name, item]
      )
    )

    for (const [n, result] of results.entries())
      expect(result).toEqual(
        n < count
          ? {
              status: 'rejected',
              code: 'unsupported_value',
              message: 'DynamoDB refuses the item (ValidationException)'
            }
          : { status: 'written' }
      )
    expect(await app.get(rows)).toEqual(rows.map(([, item], n) => (n < count ? null : item)))
    expect(proxy.calls.length).toBeLessThan(60)
  })

  it('that an update makes too large is rejected, and the other updates are done', async () => {
    await app.push([['rows', { id: `${table}-3`, large }]])

    const rows = neighbours('rows', { more: 'x'.repeat(100) }).map(
      ([name, item]): Arguments => [name, item, { mode: 'update' }]
    )
    const results = await app.push(rows)

    expect(results[3]).toMatchObject({ status: 'rejected', code: 'item_too_large' })
    expect(results.toSpliced(3, 1)).toEqual(Array.from({ length: 23 }, () => ({ status: 'written' })))
    expect(await app.get([['rows', { id: `${table}-3` }]])).toEqual([{ id: `${table}-3`, large }])
  })

  it('that a new index does not hold is rejected by the new rule, although the old one is remembered', async () => {
    const name = `indexed${table}`
    await createTables(outside, `${name}=id:S`)
    await app.push([[name, { id: 'first' }]])
    await replaceTable(outside, tableInput(name, { id: 'S' }, { region: 'S' }))

    const rows = neighbours(name, { region: 'north' })
    const results = await app.push([...rows, [name, { id: 'odd', region: 7 }]])

    expect(results[24]).toMatchObject({ status: 'rejected', code: 'key_type' })
    expect(JSON.stringify(results[24])).toContain('region')
    expect(results.slice(0, 24)).toEqual(rows.map(() => ({ status: 'written' })))
    expect(await scanTable(outside, name)).toHaveLength(24)
  })
})
