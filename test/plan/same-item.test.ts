import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AttributeValue, toAttribute } from '../../api/plan/attribute.ts'
import { Flaw } from '../../api/plan/row-result.ts'
import { isSameItem, isSameValue, valueText } from '../../api/plan/same-item.ts'
import { json } from '../support/rows.ts'

const bytes = (...values: number[]) => new Uint8Array(values)
const none = new Set<string>()
const item = (values: Readonly<Record<string, AttributeValue>>) => new Map(Object.entries(values))

describe('two values', () => {
  it.each<[AttributeValue, AttributeValue]>([
    [{ N: '1' }, { N: '1.0' }],
    [{ N: '1E+2' }, { N: '100' }],
    [{ N: `1${'0'.repeat(125)}` }, { N: '1e125' }],
    [{ SS: ['b', 'a'] }, { SS: ['a', 'b'] }],
    [{ NS: ['2', '1.0'] }, { NS: ['1', '2e0'] }],
    [{ BS: [bytes(2), bytes(1)] }, { BS: [bytes(1), bytes(2)] }],
    [{ B: bytes(1) }, { B: bytes(1) }],
    [{ NULL: true }, { NULL: true }],
    [{ M: { a: { N: '1' }, b: { L: [] } } }, { M: { b: { L: [] }, a: { N: '1.0' } } }],
    [{ L: [{ N: '1' }] }, { L: [{ N: '1.00' }] }]
  ])('are equal for DynamoDB: %j and %j', (a, b) => expect(isSameValue(a, b)).toBe(true))

  it.each<[AttributeValue, AttributeValue]>([
    [{ N: '1' }, { S: '1' }],
    [{ N: '1' }, { N: '2' }],
    [{ S: 'a' }, { S: 'A' }],
    [{ S: '' }, { NULL: true }],
    [{ BOOL: true }, { BOOL: false }],
    [{ B: bytes(1) }, { B: bytes(1, 0) }],
    [{ SS: ['a'] }, { L: [{ S: 'a' }] }],
    [{ SS: ['a', 'b'] }, { SS: ['a,b'] }],
    [{ NS: ['1'] }, { SS: ['1'] }],
    [{ L: [{ N: '1' }, { N: '2' }] }, { L: [{ N: '2' }, { N: '1' }] }],
    [{ L: [] }, { M: {} }],
    [{ M: { a: { N: '1' } } }, { M: { b: { N: '1' } } }],
    [{ M: Object.fromEntries([['__proto__', { N: '1' }]]) }, { M: {} }]
  ])('are not: %j and %j', (a, b) => expect(isSameValue(a, b)).toBe(false))

  it('have one text exactly when their JSON is one', () => {
    const small = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value))
    const attribute = (text: string) => {
      const made = toAttribute(json(text), 'a')
      return made instanceof Flaw ? undefined : made
    }
    const sorted = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(sorted)
        : typeof value === 'object' && value !== null
          ? Object.entries(value)
              .map(([name, member]) => [name, sorted(member)])
              .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))
              .concat([['object']])
          : Object.is(value, -0)
            ? 0
            : value
    fc.assert(
      fc.property(small, small, (a, b) => {
        const [left, right] = [attribute(a), attribute(b)]
        if (left === undefined || right === undefined) return
        const isSame = JSON.stringify(sorted(JSON.parse(a))) === JSON.stringify(sorted(JSON.parse(b)))
        expect(valueText(left) === valueText(right)).toBe(isSame)
      })
    )
  })
})

describe('two items', () => {
  const a = item({ id: { S: 'a' }, n: { N: '1' } })

  it('are the same when every attribute is', () => {
    expect(isSameItem(a, item({ n: { N: '1.0' }, id: { S: 'a' } }), none)).toBe(true)
  })

  it('are not when one has more', () => {
    const more = item({ id: { S: 'a' }, n: { N: '1' }, x: { NULL: true } })
    expect(isSameItem(a, more, none)).toBe(false)
    expect(isSameItem(more, a, none)).toBe(false)
  })

  it('are the same when only attributes looked past differ, on either side', () => {
    const other = item({ id: { S: 'a' }, n: { N: '1' }, ttl: { N: '5' } })
    const another = item({ id: { S: 'a' }, n: { N: '1' }, ttl: { N: '6' } })
    expect(isSameItem(a, other, new Set(['ttl']))).toBe(true)
    expect(isSameItem(other, a, new Set(['ttl']))).toBe(true)
    expect(isSameItem(other, another, new Set(['ttl']))).toBe(true)
    expect(isSameItem(other, another, none)).toBe(false)
  })
})
