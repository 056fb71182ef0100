import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PlannedWrite } from '../../api/plan/planned-write.ts'
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { dynamodbWriter } from '../../api/write/dynamodb-writer.ts'
import type { ReadPort, WritePort } from '../../api/write/write-port.ts'
import type { Engine } from '../support/engines.ts'
import { openEngine } from '../support/open-engine.ts'
import { write } from '../support/rows.ts'
import {
  createTables,
  JsonText,
  openTestApp,
  outsideClient,
  scanTable,
  type TestApp
} from '../support/test-app.ts'

// What DynamoDB does with the calls that we make, where engines are known to differ from it. The rules are those that
// the public suite nubo-db/dynamodb-conformance recorded on AWS.

const written = { status: 'written' }
const nines = '9'.repeat(38)

let engine: Engine
let outside: DynamoDBClient
let client: DynamoDBClient
let app: TestApp
let port: WritePort & ReadPort
const signal = new AbortController().signal
let table = ''
let count = 0

beforeAll(async () => {
  engine = await openEngine(process.env)
  outside = outsideClient(engine.endpoint)
  client = dynamodbClient(engine.endpoint, 5_000)
  app = openTestApp(engine.endpoint)
  port = dynamodbWriter(client, systemClock).port
})
afterAll(async () => {
  await app.close()
  client.destroy()
  outside.destroy()
  await engine.stop()
})

/** A table of its own for each test. */
const tableWith = async (keys: string): Promise<string> => {
  count += 1
  table = `rules${count}`
  await createTables(outside, `${table}=${keys}`)
  return table
}
const push = (item: string, options: object = {}) => app.push([[table, new JsonText(item), options]])
const stored = async () => scanTable(outside, table)
/** A put whose item we would not let through, so that the engine has to judge it. */
const unchecked = (item: Readonly<Record<string, AttributeValue>>): PlannedWrite => ({
  ...write({ id: 'a' }),
  action: { kind: 'put', item: new Map(Object.entries(item)) }
})

describe('a condition over an attribute that the item lacks', () => {
  beforeEach(async () => {
    await tableWith('id:S')
    await push('{"id":"a","size":1}')
  })
  const when = (expression: string) =>
    push('{"id":"a","size":2}', {
      if: { expression, names: { '#g': 'gone', '#s': 'size' }, values: { ':v': 1 } }
    })

  it.each([
    ['differs from every value', '#g <> :v AND #s = :v', written],
    ['equals none', '#g = :v OR #s > :v', { status: 'condition_failed' }],
    ['is not lower than any', '#g < :v OR #s > :v', { status: 'condition_failed' }],
    ['is in no range', '#g BETWEEN :v AND :v OR #s > :v', { status: 'condition_failed' }],
    ['is none of a list', '#g IN (:v) OR #s > :v', { status: 'condition_failed' }],
    ['is denied as a whole', 'NOT #g = :v AND #s = :v', written],
    ['may stand in parentheses', '((#g <> :v) AND ((#s = :v) OR #s > :v))', written]
  ])('%s', async (_what, expression, answer) => {
    expect(await when(expression)).toMatchObject([answer])
    const size = answer === written ? '2' : '1'
    expect(await stored()).toEqual([{ id: { S: 'a' }, size: { N: size } }])
  })
})

describe('a condition in parentheses beside a version', () => {
  it.each(['(#s = :v)', '((#s = :v) OR (#s > :v))', '(#s = :v) OR (#s > :v)', ' #s = :v '])(
    'is taken: %s',
    async (expression) => {
      await tableWith('id:S')
      await push('{"id":"a","size":1,"v":1}')
      const condition = { expression, names: { '#s': 'size' }, values: { ':v': 1 } }

      expect(await push('{"id":"a","size":0,"v":2}', { version: 'v', if: condition })).toEqual([written])
      expect(await push('{"id":"a","size":1,"v":2}', { version: 'v', if: condition })).toEqual([
        { status: 'stale' }
      ])
      expect(await push('{"id":"a","size":1,"v":3}', { version: 'v', if: condition })).toEqual([
        { status: 'condition_failed' }
      ])
    }
  )
})

describe('a condition that is false', () => {
  it.each(['put', 'update', 'delete'])('leaves the item as it was: mode %s', async (mode) => {
    await tableWith('id:S')
    await push('{"id":"a","n":1}')

    expect(await push('{"id":"a","n":2}', { mode, if: 'absent' })).toEqual([{ status: 'condition_failed' }])
    expect(await push('{"id":"b","n":2}', { mode, if: 'present' })).toEqual([{ status: 'condition_failed' }])
    expect(await stored()).toEqual([{ id: { S: 'a' }, n: { N: '1' } }])
  })
})

describe('numbers', () => {
  it('are stored in one form, however they were written', async () => {
    await tableWith('id:S')
    const sent = {
      'leading zeros of an exponent': ['1e007', '10000000'],
      'trailing zeros': ['1.2300', '1.23'],
      'a power of ten': ['1.5E2', '150'],
      'minus zero': ['-0', '0'],
      'the greatest': [`${nines}${'0'.repeat(88)}`, `${nines}${'0'.repeat(88)}`],
      'the lowest': [`-${nines}${'0'.repeat(88)}`, `-${nines}${'0'.repeat(88)}`]
    }
    for (const [id, [n]] of Object.entries(sent))
      expect(await push(`{"id":"${id}","n":${n}}`), id).toEqual([written])

    const held = Object.fromEntries((await stored()).map(({ id, n }) => [id?.S, n?.N]))
    expect(held).toEqual(Object.fromEntries(Object.entries(sent).map(([id, [, form]]) => [id, form])))
  })

  it.each(['1e126', '-1e126', '1e-131', '-1e-131', `1${nines}`])(
    'out of range are refused by DynamoDB: %s',
    async (N) => {
      await tableWith('id:S')
      expect(await port.batch(table, [unchecked({ id: { S: 'a' }, n: { N } })], signal)).toMatchObject({
        kind: 'invalid',
        flaw: { code: 'number_out_of_range' }
      })
    }
  )

  it('as keys are the same when they are equal', async () => {
    await tableWith('id:N,at:N')
    for (const [id, at] of [
      ['1.0', '-2.50'],
      ['1', '-2.5'],
      ['10e-1', '-25E-1']
    ])
      expect(await push(`{"id":${id},"at":${at}}`)).toEqual([written])
    expect(await push('{"id":1,"at":0.1}')).toEqual([written])

    expect((await stored()).map(({ at }) => at?.N).toSorted()).toEqual(['-2.5', '0.1'])
  })

  it('in sets are the same when they are equal, and may be extreme', async () => {
    await tableWith('id:S')
    const item = `{"id":"a","s":[1,1.0,${nines},1e-130]}`
    expect(await push(item, { types: { s: 'NS' } })).toEqual([written])
    const [held] = await stored()
    expect(held?.s?.NS?.toSorted()).toEqual([`0.${'0'.repeat(129)}1`, '1', nines].toSorted())
  })
})

describe('binary keys', () => {
  it('come back byte for byte, and are told apart by every byte', async () => {
    await tableWith('id:S,at:B')
    const values = ['AA==', 'AAA=', '/wA=', '/w==', 'gA==']
    for (const at of values)
      expect(await push(`{"id":"a","at":"${at}"}`, { types: { at: 'B' } })).toEqual([written])

    const held = (await stored()).map(({ at }) => Buffer.from(at?.B ?? []).toString('base64'))
    expect(held.toSorted()).toEqual(values.toSorted())
  })
})

describe('empty values', () => {
  it('are taken where they are no key: text and bytes, also inside a list', async () => {
    await tableWith('id:S')
    expect(await push('{"id":"a","s":"","b":"","l":["",{}],"m":{}}', { types: { b: 'B' } })).toEqual([
      written
    ])
    expect(await stored()).toEqual([
      {
        id: { S: 'a' },
        s: { S: '' },
        b: { B: new Uint8Array() },
        l: { L: [{ S: '' }, { M: {} }] },
        m: { M: {} }
      }
    ])
  })

  it.each<readonly [string, AttributeValue]>([
    ['a set of text', { SS: [] }],
    ['a set of numbers', { NS: [] }],
    ['a set of bytes', { BS: [] }],
    ['a set in a map', { M: { s: { SS: [] } } }],
    ['a set in a list', { L: [{ NS: [] }] }]
  ])('are refused where DynamoDB has none: %s', async (_what, value) => {
    await tableWith('id:S')
    expect(await port.batch(table, [unchecked({ id: { S: 'a' }, v: value })], signal)).toMatchObject({
      kind: 'invalid',
      flaw: { code: 'unsupported_value' }
    })
  })
})

describe('calls as a whole', () => {
  it('are refused, and nothing is taken: one key twice, more than 25 writes, more than 100 reads', async () => {
    await tableWith('id:S')
    const twice = [write({ id: 'a' }), write({ id: 'a' }, { mode: 'delete' })]
    expect(await port.batch(table, twice, signal)).toMatchObject({ kind: 'invalid' })
    const many = Array.from({ length: 101 }, (_, n) => write({ id: `k${n}` }))
    expect(await port.batch(table, many.slice(0, 26), signal)).toMatchObject({ kind: 'invalid' })
    const keys = many.map(({ key }) => key)
    expect(await port.read(table, keys, signal)).toMatchObject({ kind: 'invalid' })
    expect(await port.read(table, [...keys.slice(0, 1), ...keys.slice(0, 1)], signal)).toMatchObject({
      kind: 'invalid'
    })
    expect(await stored()).toEqual([])
  })

  it('change no key: an update that sets one is refused', async () => {
    await tableWith('id:S')
    const bad: PlannedWrite = {
      ...write({ id: 'a' }, { mode: 'update' }),
      action: { kind: 'update', set: new Map([['id', { S: 'b' }]]), remove: new Set() }
    }
    expect(await port.single(table, bad, false, signal)).toMatchObject({ kind: 'invalid', isAboutKeys: true })
    expect(await stored()).toEqual([])
  })
})

describe('the size of an item', () => {
  const full = 409_600
  interface Shape {
    readonly what: string
    /** All but the key, in so many bytes. */
    readonly rest: (bytes: number) => string
    readonly options?: object
  }
  const shapes: readonly Shape[] = [
    { what: 'text', rest: (bytes) => `"x":"${'x'.repeat(bytes - 1)}"` },
    { what: 'a long name', rest: (bytes) => `"${'n'.repeat(1_000)}":"${'x'.repeat(bytes - 1_000)}"` },
    {
      what: 'names and values of a map',
      rest: (bytes) => `"m":{"name":"${'x'.repeat(bytes - 1 - 3 - 1 - 4)}"}`
    },
    { what: 'elements of a list', rest: (bytes) => `"l":["${'x'.repeat(bytes - 1 - 3 - 1)}"]` },
    {
      what: 'members of a set',
      rest: (bytes) => `"s":["a","${'x'.repeat(bytes - 2)}"]`,
      options: { types: { s: 'SS' } }
    }
  ]
  it.each(shapes)('counts $what as we do, to the byte', async ({ rest, options = {} }) => {
    await tableWith('id:S')
    const item = (bytes: number) => `{"id":"a",${rest(bytes - 3)}}`

    expect(await push(item(full), options)).toEqual([written])
    expect(await stored()).toHaveLength(1)
    expect(await push(item(full + 1), options)).toMatchObject([
      { status: 'rejected', code: 'item_too_large' }
    ])
  })
})
