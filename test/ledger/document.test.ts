import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentOf, documentText } from '../../api/ledger/document.ts'
import { ledgerTableName } from '../../api/ledger/ledger-store.ts'
import { type Ledger, openLedger } from '../../api/ledger/open-ledger.ts'
import { createLedgerTable } from '../../api/local/ledger-table.ts'
import { type Engine, startEngine } from '../support/engines.ts'
import { extent } from '../support/extent.ts'
import { outsideClient } from '../support/test-app.ts'

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '"', '\\', '\u0000', 'é東😀'))
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ min: -1e12, max: 1e12, noNaN: true }).filter((n) => n === 0 || Math.abs(n) > 1e-100),
  fc.constantFrom(-0, 0.1, 1e-7, 123456789.123, Number.MAX_SAFE_INTEGER)
)
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    number,
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { maxKeys: 4, noNullPrototype: true })
  )
}))
const members = fc.dictionary(fc.string({ minLength: 1, unit: 'binary' }), value, {
  maxKeys: 8,
  noNullPrototype: true
})
/** What is stored of a value: members that are undefined are not, and there is one zero. */
const kept = (held: unknown): unknown => {
  if (Array.isArray(held)) return held.filter((member) => member !== undefined).map(kept)
  if (typeof held !== 'object' || held === null) return held === 0 ? 0 : held
  return Object.fromEntries(
    Object.entries(held).flatMap(([name, member]) => (member === undefined ? [] : [[name, kept(member)]]))
  )
}

/** The SDK loses or refuses such members, and no record of ours has them. */
const isUsual = (record: object): boolean => !/"(__proto__|constructor)"/.test(JSON.stringify(record))

describe('records by the wire and by the SDK', () => {
  let engine: Engine
  let client: ReturnType<typeof outsideClient>
  let by: Readonly<Record<'wire' | 'sdk', Ledger>>
  beforeAll(async () => {
    engine = await startEngine(process.env)
    client = outsideClient(engine.endpoint)
    await createLedgerTable(client)
    const { endpoint } = engine
    by = { wire: openLedger({ endpoint, kind: 'wire' }), sdk: openLedger({ endpoint, kind: 'sdk' }) }
  })
  afterAll(async () => {
    for (const { close } of Object.values(by)) close()
    client.destroy()
    await engine.stop()
  })

  it('are stored alike, and each reads what the other wrote', async () => {
    let count = 0
    await fc.assert(
      fc.asyncProperty(members.filter(isUsual), async (held) => {
        count += 1
        const items = []
        for (const [kind, other] of [
          ['wire', by.sdk],
          ['sdk', by.wire]
        ] as const) {
          const key = { pk: `${kind}#${count}`, sk: 'record' }
          const record = { ...held, ...key, rev: 1, expires_at: 2_000_000_000 }
          expect(await by[kind].ledger.put(record, undefined)).toBe(true)
          expect(await other.ledger.get(key)).toStrictEqual(kept({ ...record, form: undefined }))
          const Key = { pk: { S: key.pk }, sk: { S: key.sk } }
          const { Item } = await client.send(new GetItemCommand({ TableName: ledgerTableName, Key }))
          items.push({ ...Item, pk: undefined })
        }
        expect(items[0]).toEqual(items[1])
      }),
      { numRuns: extent(60, 1_000) }
    )
  })
})

describe('a record', () => {
  it.each([
    ['a number that JavaScript has lost digits of', 2 ** 53],
    ['no number', Number.NaN],
    ['an endless number', Number.POSITIVE_INFINITY],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a BigInt', 1n]
  ])('cannot hold %s', (_what, held) => {
    expect(() => documentText({ pk: 'a', list: [{ held }] })).toThrow(TypeError)
  })

  it('of a later version may hold what this one never writes, and is read all the same', () => {
    const item = { form: { N: '9' }, names: { SS: ['a'] }, inner: { M: { bytes: { B: 'AQ==' } } } }
    expect(documentOf(item)).toEqual({ form: 9, names: { SS: ['a'] }, inner: { bytes: { B: 'AQ==' } } })
  })
})
