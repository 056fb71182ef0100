import { describe, expect, it } from 'vitest'
import { JsonBytes } from '../../api/json/json-bytes.ts'
import { toAttribute } from '../../api/plan/attribute.ts'
import { Flaw } from '../../api/plan/row-result.ts'
import { json } from '../support/rows.ts'

const attribute = (text: string) => toAttribute(json(text), 'a')
const nested = (open: string, inner: string, close: string, levels: number) =>
  open.repeat(levels) + inner + close.repeat(levels)

describe('a JSON value', () => {
  it.each([
    ['"text"', { S: 'text' }],
    ['""', { S: '' }],
    ['"a\\u0000b😀"', { S: 'a\0b😀' }],
    ['99999999999999999999999999999999999999', { N: '99999999999999999999999999999999999999' }],
    ['1.10', { N: '1.1' }],
    ['true', { BOOL: true }],
    ['false', { BOOL: false }],
    ['null', { NULL: true }],
    ['[]', { L: [] }],
    ['{}', { M: {} }],
    ['[1,"a",null,[2]]', { L: [{ N: '1' }, { S: 'a' }, { NULL: true }, { L: [{ N: '2' }] }] }],
    ['{"a":{"b":12345678901234567890}}', { M: { a: { M: { b: { N: '12345678901234567890' } } } } }]
  ])('%s becomes its own type', (text, expected) => expect(attribute(text)).toEqual(expected))

  it('that is bytes becomes B', () => {
    const bytes = new Uint8Array([1, 2])
    expect(toAttribute(new JsonBytes(bytes), 'a')).toEqual({ B: bytes })
  })

  it('keeps members named __proto__ and constructor', () => {
    const made = attribute('{"__proto__":1,"constructor":2}')
    const members = made instanceof Flaw ? {} : (made.M ?? {})
    expect(Object.entries(members)).toEqual([
      ['__proto__', { N: '1' }],
      ['constructor', { N: '2' }]
    ])
  })
})

describe('nesting', () => {
  it.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"a":', '}]']
  ])('goes 31 containers deep: %s', (open, close) => {
    const each = open.length > 5 ? 2 : 1
    const deepest = each === 2 ? `[${nested(open, '1', close, 15)}]` : nested(open, '1', close, 31)
    expect(attribute(deepest)).not.toBeInstanceOf(Flaw)

    const tooDeep = `[${deepest}]`
    expect(attribute(tooDeep)).toEqual(
      new Flaw('unsupported_value', "attribute a is nested deeper than DynamoDB's 32 levels")
    )
  })

  it('counts an empty container as a level', () => {
    expect(attribute(nested('[', '', ']', 31))).not.toBeInstanceOf(Flaw)
    expect(attribute(nested('[', '', ']', 32))).toMatchObject({ code: 'unsupported_value' })
    expect(attribute(nested('[', '{}', ']', 31))).toMatchObject({ code: 'unsupported_value' })
  })

  it('of 50,000 levels is a flaw like any other', () => {
    expect(attribute(nested('[', '', ']', 50_000))).toMatchObject({ code: 'unsupported_value' })
  })
})

describe('what DynamoDB cannot hold', () => {
  it.each([
    ['"\\ud800"', 'unsupported_value', 'attribute a holds half a surrogate pair, which is not Unicode text'],
    [
      '["\\udc00x"]',
      'unsupported_value',
      'attribute a holds half a surrogate pair, which is not Unicode text'
    ],
    ['{"b":1,"b":2}', 'duplicate_attribute', 'a holds the name b twice'],
    ['[[{"b":1,"c":2,"c":2}]]', 'duplicate_attribute', 'a holds the name c twice'],
    ['{"":1}', 'unsupported_value', 'an attribute has an empty name'],
    ['[{"b":{"":1}}]', 'unsupported_value', 'an attribute has an empty name'],
    [
      '{"\\ud800":1}',
      'unsupported_value',
      'an attribute name holds half a surrogate pair, which is not Unicode text'
    ],
    ['[1e126]', 'number_out_of_range', 'attribute a is outside 1E-130 to 9.99E+125, the range of DynamoDB'],
    [
      `{"b":${'1'.repeat(39)}}`,
      'number_out_of_range',
      'attribute a has 39 significant digits, DynamoDB keeps 38'
    ]
  ] as const)('is a flaw: %s', (text, code, message) => {
    expect(attribute(text)).toEqual(new Flaw(code, message))
  })

  it('is a name over 65,535 bytes, counted in UTF-8', () => {
    const member = (name: string) => attribute(JSON.stringify({ [name]: 1 }))
    expect(member('n'.repeat(65_535))).not.toBeInstanceOf(Flaw)
    expect(member('n'.repeat(65_536))).toMatchObject({ code: 'unsupported_value' })
    expect(member('€'.repeat(21_845))).not.toBeInstanceOf(Flaw)
    expect(member(`${'€'.repeat(21_845)}n`)).toEqual(
      new Flaw('unsupported_value', `attribute name ${'€'.repeat(57)}... is longer than DynamoDB's 64 KB`)
    )
  })
})
