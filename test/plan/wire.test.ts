import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AttributeValue } from '../../api/plan/attribute.ts'
import { attributeText, itemOfWire, itemText, keyWire, parseItem, wireOf } from '../../api/plan/wire.ts'
import { write } from '../support/rows.ts'

const bytes = fc.uint8Array({ maxLength: 8 })
const text = fc.string({ unit: 'grapheme', maxLength: 8 })
const name = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '1', 'a"b\\c'))
const digits = fc.bigInt().map(String)
const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.record({ S: text }),
    fc.record({ N: digits }),
    fc.record({ B: bytes }),
    fc.record({ BOOL: fc.boolean() }),
    fc.constant({ NULL: true }),
    fc.record({ SS: fc.array(text, { minLength: 1 }) }),
    fc.record({ NS: fc.array(digits, { minLength: 1 }) }),
    fc.record({ BS: fc.array(bytes, { minLength: 1 }) }),
    fc.record({ L: fc.array(tie('value'), { maxLength: 4 }) }),
    fc
      .array(fc.tuple(name, tie('value')), { maxLength: 4 })
      .map((members): AttributeValue => ({ M: Object.fromEntries(members) }))
  )
}))

const wireText = ({ buffer, start, end }: ReturnType<typeof wireOf>): string =>
  buffer.toString('utf8', start, end)

describe('wire', () => {
  it('prints every type as DynamoDB writes it, and reads it back', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 6 }), (attributes) => {
        const item = new Map(attributes)
        expect(parseItem(itemText(item))).toEqual(item)
      })
    ))

  it.each<[AttributeValue, string]>([
    [{ S: 'a"b\\\n\u2028é' }, '{"S":"a\\"b\\\\\\n\u2028é"}'],
    [{ N: '12.5' }, '{"N":"12.5"}'],
    [{ B: new Uint8Array([0, 255]) }, '{"B":"AP8="}'],
    [{ BOOL: false }, '{"BOOL":false}'],
    [{ NULL: true }, '{"NULL":true}'],
    [{ SS: ['a', 'b'] }, '{"SS":["a","b"]}'],
    [{ NS: ['1', '2'] }, '{"NS":["1","2"]}'],
    [{ BS: [new Uint8Array([1])] }, '{"BS":["AQ=="]}'],
    [{ L: [{ S: '' }, { L: [] }] }, '{"L":[{"S":""},{"L":[]}]}'],
    [{ M: { a: { M: {} } } }, '{"M":{"a":{"M":{}}}}']
  ])('%j', (attribute, printed) => expect(attributeText(attribute)).toBe(printed))

  it('gives the item of a put and the key of a delete', () => {
    const put = write({ id: 'x', n: 1 })
    expect(wireText(wireOf(put))).toBe('{"id":{"S":"x"},"n":{"N":"1"}}')
    expect(wireText(keyWire(put.key))).toBe('{"id":{"S":"x"}}')
    expect(wireText(wireOf(write({ id: 'x', n: 1 }, { mode: 'delete' })))).toBe('{"id":{"S":"x"}}')
  })

  it('reads the item out of a span', () => {
    const buffer = Buffer.from('..{"id":{"S":"x"}}..')
    expect(itemOfWire({ buffer, start: 2, end: 18 })).toEqual(new Map([['id', { S: 'x' }]]))
  })
})
