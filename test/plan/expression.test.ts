import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expressionsOf } from '../../api/plan/expression.ts'
import { reject, type Sent, write } from '../support/rows.ts'

const expressions = (item: Sent, options: Sent) => expressionsOf(write(item, options))

describe('the expressions of an update', () => {
  it('set what is given and remove what is NULL, always by placeholders', () => {
    expect(
      expressions('{"id":"a","SELECT":1,"a.b c":"x","gone":null}', { mode: 'update', nulls: 'remove' })
    ).toEqual({
      update: 'SET #0=:0,#1=:1 REMOVE #2',
      condition: undefined,
      names: { '#0': 'SELECT', '#1': 'a.b c', '#2': 'gone' },
      values: { ':0': { N: '1' }, ':1': { S: 'x' } }
    })
  })

  it('may only remove', () => {
    expect(expressions({ id: 'a', b: null }, { mode: 'update', nulls: 'remove' })).toMatchObject({
      update: 'REMOVE #0'
    })
  })

  it('leave the update out where only the key is given, which creates the item', () => {
    expect(expressions({ id: 'a' }, { mode: 'update' })).toEqual({
      update: undefined,
      condition: undefined,
      names: {},
      values: {}
    })
  })

  it('never name a key attribute', () => {
    const { names } = expressions({ id: 'a', b: 1 }, { mode: 'update' })
    expect(Object.values(names)).toEqual(['b'])
  })
})

describe('the condition of a write', () => {
  it('lets a higher version or none win', () => {
    expect(expressions({ id: 'a', v: 3 }, { version: 'v' })).toEqual({
      update: undefined,
      condition: '(attribute_not_exists(#0) OR #0 < :0)',
      names: { '#0': 'v' },
      values: { ':0': { N: '3' } }
    })
  })

  it('asks for the item by its partition key', () => {
    expect(expressions({ id: 'a' }, { if: 'absent' })).toMatchObject({
      condition: 'attribute_not_exists(#0)',
      names: { '#0': 'id' }
    })
    expect(expressions({ id: 'a' }, { if: 'present', mode: 'delete' })).toMatchObject({
      condition: 'attribute_exists(#0)'
    })
  })

  it('is the caller’s own as it stands', () => {
    const own = {
      expression: '#s = :s OR attribute_not_exists(#s)',
      names: { '#s': 'status' },
      values: { ':s': 'new' }
    }
    expect(expressions({ id: 'a' }, { if: own })).toEqual({
      update: undefined,
      condition: own.expression,
      names: own.names,
      values: { ':s': { S: 'new' } }
    })
  })

  it('is version and the caller’s own together, kept apart by brackets', () => {
    const own = { expression: 'a = :0 OR b = :0', values: { ':0': 1 } }
    expect(expressions({ id: 'a', v: 3 }, { version: 'v', if: own })).toEqual({
      update: undefined,
      condition: '(attribute_not_exists(#P0) OR #P0 < :P0) AND (a = :0 OR b = :0)',
      names: { '#P0': 'v' },
      values: { ':0': { N: '1' }, ':P0': { N: '3' } }
    })
  })

  it('never takes a placeholder of the caller’s for itself', () => {
    const placeholder = fc.stringMatching(/^[P0-9a-z_]{1,3}$/)
    fc.assert(
      fc.property(fc.uniqueArray(placeholder, { maxLength: 6 }), fc.nat({ max: 50 }), (taken, columns) => {
        const own = {
          expression: 'a = b',
          names: Object.fromEntries(taken.map((name) => [`#${name}`, 'theirs'])),
          values: Object.fromEntries(taken.map((name) => [`:${name}`, 'theirs']))
        }
        const item = Object.fromEntries(Array.from({ length: columns }, (_, n) => [`c${n}`, n]))
        const made = expressions({ ...item, id: 'a', v: 1 }, { mode: 'update', version: 'v', if: own })
        expect(made.names).toMatchObject(own.names)
        expect(Object.keys(made.names)).toHaveLength(taken.length + columns + 2)
        expect(Object.keys(made.values)).toHaveLength(taken.length + columns + 2)
      })
    )
  })
})

describe('an update of many attributes', () => {
  const wide = (attributes: number, value: unknown = 1) => ({
    ...Object.fromEntries(Array.from({ length: attributes }, (_, n) => [`column_${n}`, value])),
    id: 'a'
  })

  it('fits DynamoDB’s 4,096 bytes of expression with 520 of them', () => {
    const { update = '' } = expressions(wide(520), { mode: 'update' })
    expect(update.length).toBeLessThanOrEqual(4096)
  })

  it('is rejected with one more, and names put', () => {
    expect(reject(wide(521), { mode: 'update' })).toEqual({
      status: 'rejected',
      code: 'unsupported_value',
      message: "an update of 521 attributes is beyond DynamoDB's expression limits: use mode 'put'"
    })
    expect(reject(wide(521))).toBeUndefined()
  })

  it('removes more than it sets', () => {
    const options = { mode: 'update', nulls: 'remove' }
    expect(reject(wide(800, null), options)).toBeUndefined()
    expect(reject(wide(1100, null), options)).toMatchObject({ code: 'unsupported_value' })
  })

  it('may name 2 MB, and no more', () => {
    const long = (attributes: number) =>
      Object.fromEntries(Array.from({ length: attributes }, (_, n) => [`${'n'.repeat(65_530)}${n}`, null]))
    const options = { mode: 'update', nulls: 'remove' }
    expect(reject({ ...long(31), id: 'a' }, options)).toBeUndefined()
    expect(reject({ ...long(33), id: 'a' }, options)).toMatchObject({ code: 'item_too_large' })
  })
})

describe('a condition of the caller’s', () => {
  const ifOf = (expression: string, more: object = {}) => ({ if: { expression, ...more } })

  it('is taken up to 4,096 bytes', () => {
    expect(reject({ id: 'a' }, ifOf('a = b'.padEnd(4096)))).toBeUndefined()
    expect(reject({ id: 'a' }, ifOf('a = b'.padEnd(4097)))).toEqual({
      status: 'rejected',
      code: 'invalid_options',
      message: 'option if: the expression is longer than the 4 KB that DynamoDB takes'
    })
    expect(reject({ id: 'a' }, ifOf(`a = ${'é'.repeat(2047)}`))).toMatchObject({ code: 'invalid_options' })
  })

  it('is taken with values up to 2 MB', () => {
    const values = (bytes: number) => ({ values: { ':v': 'x'.repeat(bytes) } })
    expect(reject({ id: 'a' }, ifOf('a = :v', values(2 * 1024 * 1024)))).toBeUndefined()
    expect(reject({ id: 'a' }, ifOf('a = :v', values(2 * 1024 * 1024 + 1)))).toMatchObject({
      code: 'invalid_options'
    })
  })

  it('counts by itself, not with the update', () => {
    expect(reject({ id: 'a', b: 1 }, { mode: 'update', ...ifOf('a = b'.padEnd(4096)) })).toBeUndefined()
  })
})
