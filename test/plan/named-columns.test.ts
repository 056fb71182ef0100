import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attributeName, type NameCase, nameCases } from '../../api/plan/attribute-name.ts'
import { namedColumns } from '../../api/plan/named-columns.ts'
import { Flaw } from '../../api/plan/row-result.ts'
import { jsonObject, row, type Sent } from '../support/rows.ts'

const names = (item: Sent, options: Sent = {}, needed?: readonly string[]) => {
  const columns = namedColumns(jsonObject(item), row(0, {}, options).options, needed && new Set(needed))
  return columns instanceof Flaw ? columns : [...columns.keys()]
}

describe('the columns of a row', () => {
  it('keep their names and order unless told otherwise', () => {
    expect(names('{"B":1,"a":2,"__proto__":3}')).toEqual(['B', 'a', '__proto__'])
  })

  it('get the names of option names, and those of rename, which wins', () => {
    const options = { names: 'camel', rename: { UNIT_PRICE: 'UNIT_PRICE', QTY: 'how_many' } }
    expect(names({ UNIT_PRICE: 1, QTY: 2, ORDER_ID: 3 }, options)).toEqual([
      'UNIT_PRICE',
      'how_many',
      'orderId'
    ])
  })

  it('may swap names', () => {
    expect(names({ A: 1, B: 2 }, { rename: { A: 'B', B: 'A' } })).toEqual(['B', 'A'])
  })

  it('do not mind a rename of a column that the row lacks', () => {
    expect(names({ A: 1 }, { rename: { Z: 'A' } })).toEqual(['A'])
  })

  it('keep the names within nested objects', () => {
    const columns = namedColumns(
      jsonObject({ A: { B: 1 } }),
      row(0, {}, { names: 'lower' }).options,
      undefined
    )
    expect(columns).toEqual(new Map([['a', jsonObject({ B: 1 })]]))
  })
})

describe('columns that fall on one name', () => {
  it.each<[Sent, Sent]>([
    [{ ID: 1, id: 2 }, { names: 'lower' }],
    [{ A_B: 1, aB: 2 }, { names: 'camel' }],
    [{ A_B: 1, A__B: 2 }, { names: 'camel' }],
    [{ A: 1, B: 2 }, { rename: { A: 'B' } }],
    [{ A: 1, B: 2 }, { rename: { A: 'x', B: 'x' } }],
    [
      { OTHER: 1, ID: 2 },
      { names: 'lower', rename: { OTHER: 'id' } }
    ]
  ])('are an error, not a race: %j with %j', (item, options) => {
    expect(names(item, options)).toMatchObject({ code: 'duplicate_attribute' })
  })

  it('are named in the message, with the cure', () => {
    expect(names({ ID: 1, id: 2 }, { names: 'lower' })).toEqual(
      new Flaw('duplicate_attribute', 'two columns become attribute id, one of them id: use option rename')
    )
  })

  it('are an error when one JSON name is sent twice', () => {
    expect(names('{"ID":1,"ID":1}')).toEqual(
      new Flaw('duplicate_attribute', 'the row holds the name ID twice')
    )
  })

  it('do not matter to a delete beside its key', () => {
    expect(names({ ID: 1, A: 1, a: 2 }, { names: 'lower' }, ['id'])).toEqual(['id'])
    expect(names({ ID: 1, id: 1 }, { names: 'lower' }, ['id'])).toMatchObject({ code: 'duplicate_attribute' })
  })

  it('are found exactly when two names are equal', () => {
    const column = fc.string({ unit: fc.constantFrom('a', 'A', 'b', '_'), minLength: 1, maxLength: 4 })
    const columns = fc.uniqueArray(column, { maxLength: 4 })
    fc.assert(
      fc.property(columns, fc.constantFrom(...nameCases), (sent, nameCase: NameCase) => {
        const made = sent.map((name) => attributeName(name, nameCase))
        const result = names(Object.fromEntries(sent.map((name) => [name, 1])), { names: nameCase })
        if (made.includes('')) expect(result).toBeInstanceOf(Flaw)
        else if (new Set(made).size < made.length)
          expect(result).toMatchObject({ code: 'duplicate_attribute' })
        else expect(result).toEqual(made)
      })
    )
  })
})

describe('a name that DynamoDB cannot hold', () => {
  it.each<[Sent, Sent]>([
    ['{"":1}', {}],
    ['{"_":1}', { names: 'camel' }],
    ['{"\\ud800":1}', {}]
  ])('is unsupported: %s with %j', (item, options) => {
    expect(names(item, options)).toMatchObject({ code: 'unsupported_value' })
  })
})
