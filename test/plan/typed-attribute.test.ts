import { describe, expect, it } from 'vitest'
import { readJson } from '../../api/batch/read-row.ts'
import { JsonBytes } from '../../api/json/json-bytes.ts'
import { Flaw } from '../../api/plan/row-result.ts'
import { type AttributeType, attributeTypes, toTypedAttribute } from '../../api/plan/typed-attribute.ts'
import { json } from '../support/rows.ts'

const typed = (type: AttributeType, text: string) => toTypedAttribute(json(text), type, 'a', readJson)
const hi = new Uint8Array(Buffer.from('hi'))

describe('a value with a type', () => {
  it.each<[AttributeType, string, unknown]>([
    ['S', '"x"', { S: 'x' }],
    ['S', '1.10', { S: '1.10' }],
    ['S', '99999999999999999999999999999999999999999', { S: '9'.repeat(41) }],
    ['S', '1E5', { S: '1E5' }],
    ['S', 'true', { S: 'true' }],
    ['N', '"007"', { N: '7' }],
    ['N', '"+1.50"', { N: '1.5' }],
    ['N', '7', { N: '7' }],
    ['N', '"99999999999999999999999999999999999999"', { N: '9'.repeat(38) }],
    ['B', '"aGk="', { B: hi }],
    ['B', '""', { B: new Uint8Array() }],
    ['BOOL', 'true', { BOOL: true }],
    ['BOOL', 'false', { BOOL: false }],
    ['BOOL', '"true"', { BOOL: true }],
    ['BOOL', '"false"', { BOOL: false }],
    ['epoch', '"2026-11-24T10:00:00.9Z"', { N: '1795514400' }],
    ['epoch', '"2026-11-24 12:00:00.000 +0200"', { N: '1795514400' }],
    ['M', '{"b":1.0}', { M: { b: { N: '1' } } }],
    ['M', '"{\\"b\\":1}"', { M: { b: { N: '1' } } }],
    ['L', '[1,"x"]', { L: [{ N: '1' }, { S: 'x' }] }],
    ['L', '"[]"', { L: [] }],
    ['SS', '["x","y","x"]', { SS: ['x', 'y'] }],
    ['SS', '[1.0,1]', { SS: ['1.0', '1'] }],
    ['SS', '[""]', { SS: [''] }],
    ['SS', '"[\\"x\\"]"', { SS: ['x'] }],
    ['NS', '[1,1.0,"1e0",2]', { NS: ['1', '2'] }],
    ['NS', '"[1,2]"', { NS: ['1', '2'] }],
    ['BS', '["aGk=","aGk="]', { BS: [hi] }],
    ['BS', '[""]', { BS: [new Uint8Array()] }]
  ])('%s of %s is held', (type, text, expected) => expect(typed(type, text)).toEqual(expected))

  it('that is bytes fits B and BS only', () => {
    const bytes = new JsonBytes(hi)
    expect(toTypedAttribute(bytes, 'B', 'a', readJson)).toEqual({ B: hi })
    expect(toTypedAttribute([bytes], 'BS', 'a', readJson)).toEqual({ BS: [hi] })
    for (const type of attributeTypes)
      if (type !== 'B') expect(toTypedAttribute(bytes, type, 'a', readJson)).toBeInstanceOf(Flaw)
  })
})

describe('a value that is not of its type', () => {
  it.each<[AttributeType, string]>([
    ['S', '{}'],
    ['S', '[]'],
    ['S', '"\\ud800"'],
    ['N', '"x"'],
    ['N', '""'],
    ['N', 'true'],
    ['N', '[]'],
    ['B', '"aGk"'],
    ['B', '"no base64!"'],
    ['B', '1'],
    ['BOOL', '1'],
    ['BOOL', '0'],
    ['BOOL', '"yes"'],
    ['BOOL', '"TRUE"'],
    ['BOOL', '""'],
    ['epoch', '"2026-02-30"'],
    ['epoch', '1795514400'],
    ['epoch', 'true'],
    ['M', '[]'],
    ['M', '"[]"'],
    ['M', '"{"'],
    ['M', '1'],
    ['L', '{}'],
    ['L', '"{}"'],
    ['L', '"x"'],
    ['SS', '[]'],
    ['NS', '[]'],
    ['BS', '[]'],
    ['SS', '"[]"'],
    ['SS', '"x"'],
    ['SS', '{}'],
    ['SS', '[null]'],
    ['SS', '[["x"]]'],
    ['SS', '["\\ud800"]'],
    ['NS', '["x"]'],
    ['NS', '[true]'],
    ['NS', '1'],
    ['BS', '["aGk"]'],
    ['BS', '[1]']
  ])('%s of %s is unsupported', (type, text) => {
    expect(typed(type, text)).toMatchObject({ code: 'unsupported_value' })
  })

  it('keeps the codes of what DynamoDB cannot hold', () => {
    expect(typed('N', '"1e126"')).toMatchObject({ code: 'number_out_of_range' })
    expect(typed('NS', '[1,1e126]')).toMatchObject({ code: 'number_out_of_range' })
    expect(typed('M', '"{\\"b\\":1,\\"b\\":2}"')).toMatchObject({ code: 'duplicate_attribute' })
    expect(typed('L', `"${'['.repeat(32)}${']'.repeat(32)}"`)).toMatchObject({ code: 'unsupported_value' })
  })

  it('is told what its type takes, never what was sent', () => {
    expect(typed('epoch', '"secret"')).toEqual(
      new Flaw(
        'unsupported_value',
        "attribute a is to be epoch, which takes an ISO timestamp such as '2026-11-24T10:00:00Z'"
      )
    )
    expect(typed('NS', '[true]')).toEqual(
      new Flaw('unsupported_value', 'attribute a is to be NS, whose members are numbers')
    )
    expect(typed('SS', '[]')).toEqual(
      new Flaw('unsupported_value', 'attribute a is an empty set, which DynamoDB does not hold')
    )
  })
})
