import { describe, expect, it } from 'vitest'
import { planKey } from '../../api/plan/plan-key.ts'
import { Flaw } from '../../api/plan/row-result.ts'
import { jsonObject, type Sent, tableOf, write } from '../support/rows.ts'

const keyOf = (item: Sent, table = tableOf()) => planKey(jsonObject(item), table)

describe('the key of a read', () => {
  it('is equal to the key of the row that was written', () => {
    expect(keyOf({ id: 'a' })).toEqual(write({ id: 'a', b: 1 }).key)
    const table = tableOf({ pk: 'S', sk: 'N' })
    expect(keyOf('{"pk":"a","sk":1.0}', table)).toMatchObject({
      text: write('{"pk":"a","sk":1}', {}, table).key.text
    })
  })

  it('takes base64 for a binary key, because a read has no options', () => {
    const table = tableOf({ id: 'B' })
    expect(keyOf({ id: 'aGk=' }, table)).toEqual(write({ id: 'aGk=' }, { types: { id: 'B' } }, table).key)
    expect(keyOf({ id: 'x' }, table)).toMatchObject({ code: 'unsupported_value' })
  })

  it('looks at nothing but the key', () => {
    expect(keyOf('{"id":"a","n":1e999,"":[{"x":1,"x":2}]}')).not.toBeInstanceOf(Flaw)
  })
})

describe('a bad key of a read', () => {
  it.each<[Sent, Flaw]>([
    [{}, new Flaw('missing_key', 'key id is missing in the row')],
    [{ id: null }, new Flaw('missing_key', 'key id is NULL')],
    [
      { ID: 'a' },
      new Flaw('missing_key', "key id is missing; the row has ID: write OBJECT_CONSTRUCT('id', …)")
    ],
    [{ id: 1 }, new Flaw('key_type', 'key id is S in the table and N in the row; cast it in SQL')],
    [{ id: '' }, new Flaw('invalid_key', 'key id is empty, which DynamoDB does not hold')],
    ['{"id":NaN}', new Flaw('unsupported_value', 'key id is NaN, infinite or undefined, which no item has')],
    ['{"id":"a","id":"b"}', new Flaw('duplicate_attribute', 'the key holds the name id twice')]
  ])('is told with a cure that a read has: %j', (item, flaw) => expect(keyOf(item)).toEqual(flaw))
})
