import { describe, expect, it } from 'vitest'
import { itemJson } from '../../api/answer/item-json.ts'
import type { AttributeValue } from '../../api/plan/attribute.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text))

const cases: ReadonlyArray<readonly [what: string, value: AttributeValue, text: string]> = [
  ['text', { S: 'Zoë "😀"\n\u0000' }, '"Zoë \\"😀\\"\\n\\u0000"'],
  [
    'a 38-digit number',
    { N: '99999999999999999999999999999999999999' },
    '99999999999999999999999999999999999999'
  ],
  ['a number as DynamoDB writes it', { N: `1${'0'.repeat(125)}` }, '1E+125'],
  ['a number that is not JSON', { N: '+5' }, '5'],
  ['a boolean', { BOOL: false }, 'false'],
  ['NULL', { NULL: true }, 'null'],
  ['binary, as base64', { B: bytes('hi') }, '"aGk="'],
  ['an empty text', { S: '' }, '""'],
  ['empty binary', { B: bytes('') }, '""'],
  ['a string set, as an array', { SS: ['b', 'a'] }, '["b","a"]'],
  ['a number set, as an array', { NS: ['1.5', '20'] }, '[1.5,20]'],
  ['a binary set, as an array', { BS: [bytes('hi')] }, '["aGk="]'],
  ['a list', { L: [{ N: '1' }, { L: [] }, { NULL: true }] }, '[1,[],null]'],
  ['a map', { M: { a: { S: 'x' }, b: { M: {} } } }, '{"a":"x","b":{}}']
]

describe('an item that is read back', () => {
  it.each(cases)('shows %s', (_what, value, text) => {
    expect(itemJson(new Map([['a', value]]))).toBe(`{"a":${text}}`)
  })

  it('shows a member named __proto__, at the top and within', () => {
    const inner = Object.fromEntries([['__proto__', { N: '2' }]])
    const item = new Map<string, AttributeValue>([
      ['__proto__', { N: '1' }],
      ['m', { M: inner }]
    ])
    expect(itemJson(item)).toBe('{"__proto__":1,"m":{"__proto__":2}}')
  })
})
