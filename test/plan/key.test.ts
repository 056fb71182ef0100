import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalNumber } from '../../api/plan/decimal.ts'
import { content, reject, type Sent, tableOf, write } from '../support/rows.ts'

const keyText = (item: Sent, options: Sent = {}, table = tableOf({ id: 'N' })) =>
  write(item, options, table).key.text

describe('a key', () => {
  it('is taken out of the row by the key schema', () => {
    const { key } = write({ b: 1, sk: 2, pk: 'a' }, {}, tableOf({ pk: 'S', sk: 'N' }))
    expect([...key.attributes]).toEqual([
      ['pk', { S: 'a' }],
      ['sk', { N: '2' }]
    ])
  })

  it('may be a number, text or bytes', () => {
    expect(reject({ id: 1 }, {}, tableOf({ id: 'N' }))).toBeUndefined()
    expect(reject({ id: 'aGk=' }, { types: { id: 'B' } }, tableOf({ id: 'B' }))).toBeUndefined()
  })

  it('may be named __proto__', () => {
    expect(write('{"__proto__":"a"}', {}, tableOf(JSON.parse('{"__proto__":"S"}'))).key.attributes.size).toBe(
      1
    )
  })

  it('is equal when DynamoDB holds it as equal', () => {
    expect(keyText('{"id":1}')).toBe(keyText('{"id":1.0}'))
    expect(keyText('{"id":-0}')).toBe(keyText('{"id":0E5}'))
    expect(keyText({ id: '007' }, { types: { id: 'N' } })).toBe(keyText('{"id":7}'))
  })

  it('is another when its two parts are cut elsewhere', () => {
    const table = tableOf({ pk: 'S', sk: 'N' })
    expect(keyText({ pk: 'a1', sk: 2 }, {}, table)).not.toBe(keyText({ pk: 'a', sk: 12 }, {}, table))
    const texts = tableOf({ pk: 'S', sk: 'S' })
    expect(keyText({ pk: 'a" "b', sk: 'c' }, {}, texts)).not.toBe(
      keyText({ pk: 'a', sk: 'b" "c' }, {}, texts)
    )
  })

  it('has a text that is equal exactly when the keys are', () => {
    const table = tableOf({ pk: 'S', sk: 'N' })
    const part = fc.string({
      unit: fc.constantFrom('a', ' ', '"', 'S', '1', '\\'),
      minLength: 1,
      maxLength: 4
    })
    const number = fc.constantFrom('1', '1.0', '10e-1', '2', '-1', '0', '-0', '12')
    fc.assert(
      fc.property(part, number, part, number, (pk, sk, otherPk, otherSk) => {
        const [text, other] = [
          [pk, sk],
          [otherPk, otherSk]
        ].map(([p, s]) => keyText(`{"pk":${JSON.stringify(p)},"sk":${s}}`, {}, table))
        expect(text === other).toBe(pk === otherPk && canonicalNumber(sk) === canonicalNumber(otherSk))
      }),
      { numRuns: 500 }
    )
  })
})

describe('a key that is not there', () => {
  it.each<[Sent, Sent, string]>([
    [{ a: 1 }, {}, 'key id is missing in the row, which has a'],
    [
      { 'no;name': 1 },
      {},
      "key id is missing in the row, which has one column, no;name: use option format: {'field_delimiter': ';'}"
    ],
    [{ id: null }, {}, 'key id is NULL'],
    [{ id: null }, { nulls: 'omit' }, 'key id is NULL'],
    [{ ID: null }, { nulls: 'remove', names: 'lower', mode: 'update' }, 'key id is NULL'],
    [{ ID: 'a' }, {}, "key id is missing; the row has ID: use option names: 'lower'"],
    ['{"id":NaN}', { non_finite: 'omit' }, 'key id is missing in the row'],
    [{ I_D: 'a' }, {}, "key id is missing; the row has I_D: use option rename: {'I_D': 'id'}"]
  ])('is missing_key: %j with %j', (item, options, message) => {
    expect(reject(item, options)).toEqual({ status: 'rejected', code: 'missing_key', message })
  })

  it('names the case that would make it', () => {
    const table = tableOf({ customerId: 'S' })
    expect(reject({ CUSTOMER_ID: 'a' }, {}, table)).toMatchObject({
      message: "key customerId is missing; the row has CUSTOMER_ID: use option names: 'camel'"
    })
    expect(reject({ id: 'a' }, {}, tableOf({ ID: 'S' }))).toMatchObject({
      message: "key ID is missing; the row has id: use option rename: {'id': 'ID'}"
    })
  })

  it('may be the sort key', () => {
    expect(reject({ pk: 'a' }, {}, tableOf({ pk: 'S', sk: 'S' }))).toMatchObject({
      code: 'missing_key',
      message: 'key sk is missing in the row, which has pk'
    })
  })
})

describe('a key of the wrong type', () => {
  it.each<[Sent, 'S' | 'N' | 'B', string]>([
    [{ id: 1 }, 'S', 'N'],
    [{ id: '1' }, 'N', 'S'],
    [{ id: 'aGk=' }, 'B', 'S'],
    [{ id: true }, 'S', 'BOOL'],
    [{ id: {} }, 'S', 'M'],
    [{ id: [] }, 'N', 'L']
  ])('is key_type and names the cure: %j for %s', (item, type, found) => {
    expect(reject(item, {}, tableOf({ id: type }))).toEqual({
      status: 'rejected',
      code: 'key_type',
      message: `key id is ${type} in the table and ${found} in the row; cast the column in SQL or use option types: {'id': '${type}'}`
    })
  })
})

describe('a key that DynamoDB cannot hold', () => {
  it('is invalid when it is empty', () => {
    const message = 'key id is empty, which DynamoDB does not hold'
    expect(reject({ id: '' })).toEqual({ status: 'rejected', code: 'invalid_key', message })
    expect(reject({ id: '' }, { types: { id: 'B' } }, tableOf({ id: 'B' }))).toMatchObject({
      code: 'invalid_key'
    })
  })

  it('is invalid over 2,048 bytes, counted in UTF-8', () => {
    expect(reject({ id: 'x'.repeat(2048) })).toBeUndefined()
    expect(reject({ id: 'é'.repeat(1024) })).toBeUndefined()
    expect(reject({ id: `${'é'.repeat(1024)}x` })).toEqual({
      status: 'rejected',
      code: 'invalid_key',
      message: 'key id has 2049 bytes, DynamoDB holds 2048'
    })
  })

  it('is invalid over 1,024 bytes as a sort key', () => {
    const table = tableOf({ pk: 'S', sk: 'S' })
    expect(reject({ pk: 'a', sk: 'x'.repeat(1024) }, {}, table)).toBeUndefined()
    expect(reject({ pk: 'a', sk: 'x'.repeat(1025) }, {}, table)).toMatchObject({ code: 'invalid_key' })
  })

  it('is unsupported when it is no Unicode text', () => {
    expect(reject('{"id":"\\ud800"}')).toMatchObject({ code: 'unsupported_value' })
  })
})

describe('a key of an index', () => {
  const table = tableOf({ id: 'S' }, { email: 'S', score: 'N' })

  it('may be absent', () => {
    expect(reject({ id: 'a' }, {}, table)).toBeUndefined()
    expect(reject({ id: 'a', email: null }, { nulls: 'omit' }, table)).toBeUndefined()
    expect(reject({ id: 'a', email: null }, { nulls: 'remove', mode: 'update' }, table)).toBeUndefined()
  })

  it.each<[Sent, string]>([
    [{ id: 'a', email: 1 }, 'key_type'],
    [{ id: 'a', score: '1' }, 'key_type'],
    [{ id: 'a', email: '' }, 'invalid_key'],
    [{ id: 'a', email: 'x'.repeat(2049) }, 'invalid_key']
  ])('must fit: %j', (item, code) => {
    expect(reject(item, {}, table)).toMatchObject({ code })
    expect(reject(item, { mode: 'update' }, table)).toMatchObject({ code })
    expect(reject(item, { mode: 'delete' }, table)).toBeUndefined()
  })

  it('cannot be NULL, and the message names the cure', () => {
    expect(reject({ id: 'a', email: null }, {}, table)).toEqual({
      status: 'rejected',
      code: 'key_type',
      message: "index key email is NULL: use option nulls: 'omit'"
    })
  })
})

describe('keys built from columns', () => {
  const table = tableOf({ pk: 'S', sk: 'S' })
  const keys = { pk: 'CUSTOMER#{CUSTOMER_ID}', sk: 'ORDER#{YEAR}#{NO}' }

  it('are written beside the columns that they are made of', () => {
    expect(
      content(write('{"CUSTOMER_ID":"c","YEAR":2026,"NO":1.0}', { keys, names: 'lower' }, table))
    ).toEqual({
      customer_id: { S: 'c' },
      year: { N: '2026' },
      no: { N: '1' },
      pk: { S: 'CUSTOMER#c' },
      sk: { S: 'ORDER#2026#1.0' }
    })
  })

  it('may be keys of an index, or take a type', () => {
    const options = { keys: { id: '{A}{B}', email: '{A}@x' }, types: { id: 'N' } }
    const made = write({ A: 1, B: '5' }, options, tableOf({ id: 'N' }, { email: 'S' }))
    expect(content(made)).toMatchObject({ id: { N: '15' }, email: { S: '1@x' } })
  })

  it('take the place of a column with that name', () => {
    expect(content(write({ id: 'old', A: 'new' }, { keys: { id: '{A}' } }))).toEqual({
      A: { S: 'new' },
      id: { S: 'new' }
    })
  })

  it('take its place whatever that column holds', () => {
    const indexed = tableOf({ id: 'S' }, { gsi: 'S' })
    const options = { keys: { gsi: '{A}' }, mode: 'update', nulls: 'remove' }
    for (const gsi of ['1e999', 'null'])
      expect(write(`{"id":"a","A":"b","gsi":${gsi}}`, options, indexed).action).toEqual({
        kind: 'update',
        set: new Map([
          ['A', { S: 'b' }],
          ['gsi', { S: 'b' }]
        ]),
        remove: new Set()
      })
  })

  it.each<[Sent, string]>([
    [{ CUSTOMER_ID: 'c', NO: 1 }, 'key sk is built from column YEAR, which is missing'],
    [{ CUSTOMER_ID: 'c', YEAR: null, NO: 1 }, 'key sk is built from column YEAR, which is NULL'],
    [
      { customer_id: 'c' },
      'key pk is built from column CUSTOMER_ID, which is missing; the row has customer_id'
    ]
  ])('are missing_key when a column is missing or NULL: %j', (item, message) => {
    expect(reject(item, { keys }, table)).toEqual({ status: 'rejected', code: 'missing_key', message })
  })

  it('are invalid_key when a column is no plain value', () => {
    expect(reject({ CUSTOMER_ID: ['c'] }, { keys }, table)).toMatchObject({ code: 'invalid_key' })
  })

  it('make the key of a delete, too', () => {
    const { key, action } = write({ CUSTOMER_ID: 'c', YEAR: 1, NO: 2 }, { keys, mode: 'delete' }, table)
    expect(action).toEqual({ kind: 'delete' })
    expect([...key.attributes.values()]).toEqual([{ S: 'CUSTOMER#c' }, { S: 'ORDER#1#2' }])
  })
})
