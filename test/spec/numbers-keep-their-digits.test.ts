import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedDynamodb, startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import {
  batchText,
  createTables,
  JsonText,
  openTestApp,
  outsideClient,
  type TestApp
} from '../support/test-app.ts'

const nines = '9'.repeat(38)
const nested = (levels: number): string => `${'{"m":'.repeat(levels - 1)}[]${'}'.repeat(levels - 1)}`
/** `{"id":"big","f":"…"}` is 2 + 3 + 1 bytes without the filler. */
const itemOf = (bytes: number): string => `{"id":"big","f":"${'x'.repeat(bytes - 6)}"}`

const survivors: ReadonlyArray<readonly [what: string, sent: string, held?: string]> = [
  ['an integer of 38 digits', nines],
  ['its negative', `-${nines}`],
  ['a decimal of 38 digits', '1234567890123456789.0123456789012345678'],
  ['38 digits after the point', `0.${nines}`],
  ['1e125', '1e125', `1${'0'.repeat(125)}`],
  ['9.9…e125', `9.${'9'.repeat(37)}e125`, `${nines}${'0'.repeat(88)}`],
  ['-1e-130', '-1e-130', `-0.${'0'.repeat(129)}1`],
  ['zero, however it is written', '-0.00E+7', '0'],
  ['trailing zeros beyond 38 digits', `1.5${'0'.repeat(60)}`, '1.5'],
  ['numbers deep inside', `{"list":[{"n":${nines}},-0.${nines}]}`],
  ['emoji, NUL and 4-byte characters', '"😀\\u0000𝔘 é \\u2028"', '"😀\\u0000𝔘 é \u2028"'],
  [
    'names that JavaScript treats specially',
    '{"__proto__":{"a":1},"constructor":"c","":"x"}'.replace(',"":"x"', '')
  ],
  ['31 levels of nesting', nested(31)]
]
/** An item that is text: its halves of surrogate pairs stand in it as they are, not as escapes of its JSON. */
const halvesInText: ReadonlyArray<readonly [what: string, item: string]> = [
  ['a value', '{"id":"half","v":"\ud83d"}'],
  ['a key', '{"id":"\ud83d"}'],
  ['a name', '{"id":"half","\udc00":1,"\ud83d":2}']
]
const refused: ReadonlyArray<readonly [what: string, sent: string, code: string]> = [
  ['an integer of 39 digits', `${nines}9`, 'number_out_of_range'],
  ['a decimal of 39 digits', `1.${'0'.repeat(37)}1`, 'number_out_of_range'],
  ['1e126', '1e126', 'number_out_of_range'],
  ['-1e-131', '-1e-131', 'number_out_of_range'],
  ['39 digits deep inside', `[{"n":[${nines}9]}]`, 'number_out_of_range'],
  ['an exponent beyond every machine number', '1e99999999999999999999', 'number_out_of_range'],
  ['32 levels of nesting', nested(32), 'unsupported_value'],
  ['100,000 levels of nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'unsupported_value'],
  ['half a surrogate pair', '"\\ud83d"', 'unsupported_value']
]

describe('what Snowflake sends', () => {
  let engine: EmbeddedDynamodb
  let outside: DynamoDBClient
  let app: TestApp

  beforeAll(async () => {
    engine = await startEmbeddedDynamodb()
    outside = outsideClient(engine.endpoint)
    app = openTestApp(engine.endpoint)
    await createTables(outside, 'exact=id:S')
  })
  afterAll(async () => {
    outside.destroy()
    await app.close()
    await engine.close()
  })

  const pushItem = (item: string) => app.push([['exact', new JsonText(item)]])
  const getText = async (id: string): Promise<string> => {
    const reply = await app.post('/get', batchText([['exact', { id }]]))
    return /^\{"data":\[\[0,(.*)\]\]\}$/s.exec(reply.body)?.[1] ?? reply.body
  }
  const pushAmongNeighbours = async (item: string | JsonText, what: string) => {
    const neighbours = Array.from({ length: 24 }, (_, n) => ['exact', { id: `${what} ${n}` }] as const)
    const results = await app.push([...neighbours.slice(0, 12), ['exact', item], ...neighbours.slice(12)])
    const [own] = results.splice(12, 1)
    const read = await app.get(neighbours)
    return { own, results, read, neighbours: neighbours.map(([, key]) => key) }
  }

  it.each(survivors.map(([what, sent, held = sent]) => [what, sent, held] as const))(
    '%s come back from /get as they were sent',
    async (what, sent, held) => {
      expect(await pushItem(`{"id":${JSON.stringify(what)},"v":${sent}}`)).toEqual([{ status: 'written' }])

      const text = await getText(what)

      expect(valueText(/"v":(.*)\}$/s.exec(text)?.[1] ?? text)).toEqual(valueText(held))
    }
  )

  it.each(refused)('%s is rejected and its 24 neighbours are written', async (what, sent, code) => {
    const { own, results, read, neighbours } = await pushAmongNeighbours(
      new JsonText(`{"id":"bad","v":${sent}}`),
      what
    )

    expect(own).toMatchObject({ status: 'rejected', code })
    expect(results).toEqual(neighbours.map(() => ({ status: 'written' })))
    expect(read).toEqual(neighbours)
  })

  it.each(halvesInText)(
    'half a surrogate pair in %s of an item that is text is rejected, never another character',
    async (what, item) => {
      const { own, results } = await pushAmongNeighbours(item, `half in ${what}`)

      expect(own).toMatchObject({ status: 'rejected', code: 'unsupported_value' })
      expect(results).toEqual(results.map(() => ({ status: 'written' })))
    }
  )

  it('an item of exactly 409,600 bytes comes back whole', async () => {
    expect(await pushItem(itemOf(409_600))).toEqual([{ status: 'written' }])
    expect(JSON.parse(await getText('big'))).toEqual(JSON.parse(itemOf(409_600)))
  })

  it('one byte more is rejected and its 24 neighbours are written', async () => {
    const { own, results, read, neighbours } = await pushAmongNeighbours(
      new JsonText(itemOf(409_601)),
      'large'
    )

    expect(own).toMatchObject({ status: 'rejected', code: 'item_too_large' })
    expect(results).toEqual(neighbours.map(() => ({ status: 'written' })))
    expect(read).toEqual(neighbours)
  })
})

/** JSON text with every number in one form: digits without outer zeros, and the power of ten. */
const valueText = (json: string): string =>
  json.replace(
    /"(?:[^"\\]|\\.)*"|(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?/gs,
    (whole, sign, digits, more = '', power = '0') => {
      if (digits === undefined) return JSON.stringify(JSON.parse(whole))
      const all = BigInt(digits + more)
      if (all === 0n) return '0'
      const significant = String(all).replace(/0+$/, '')
      const dropped = String(all).length - significant.length
      return `${sign}${significant}e${Number(power) - more.length + dropped}`
    }
  )
