import { describe, expect, it } from 'vitest'
import type { AttributeValue } from '../../api/plan/attribute.ts'
import { itemBytes, valueBytes } from '../../api/plan/item-size.ts'

const bytes = (length: number) => new Uint8Array(length)

describe('the bytes of an item', () => {
  it('are those of names and values, in UTF-8', () => {
    expect(itemBytes(new Map([['id', { S: 'a' }]]))).toBe(3)
    expect(itemBytes(new Map([['é😀', { S: '€é' }]]))).toBe(6 + 5)
    expect(itemBytes(new Map())).toBe(0)
  })

  it.each<[string, AttributeValue, number]>([
    ['an empty text', { S: '' }, 0],
    ['binary', { B: bytes(7) }, 7],
    ['a boolean', { BOOL: false }, 1],
    ['NULL', { NULL: true }, 1],
    ['an empty list', { L: [] }, 3],
    ['an empty map', { M: {} }, 3],
    ['a list', { L: [{ S: 'ab' }, { NULL: true }] }, 3 + (1 + 2) + (1 + 1)],
    ['a map', { M: { ab: { S: 'c' }, d: { BOOL: true } } }, 3 + (1 + 2 + 1) + (1 + 1 + 1)],
    ['a map in a list', { L: [{ M: { a: { L: [] } } }] }, 3 + 1 + (3 + 1 + 1 + 3)],
    ['a string set', { SS: ['é', 'bc', ''] }, 4],
    ['a number set', { NS: ['1', '-123'] }, 2 + 4],
    ['a binary set', { BS: [bytes(3), bytes(4)] }, 7]
  ])('count %s', (_what, value, expected) => expect(valueBytes(value)).toBe(expected))

  it('count a member named __proto__', () => {
    expect(valueBytes({ M: Object.fromEntries([['__proto__', { S: 'x' }]]) })).toBe(3 + 1 + 9 + 1)
  })
})

// Bisected on AWS DynamoDB Local 3.3.1, whose limit is exact to the byte.
describe('the bytes of a number', () => {
  it.each([
    [1, ['0']],
    [2, ['1', '9', '10', '12', '99', '100', '1000', '1200', '10000', '0.1', '0.5', '0.05', '0.005', '0.12']],
    [2, ['1E+10', '1E+11', '1E+125', '1.5E+125', '1E-130']],
    [3, ['101', '110', '123', '1001', '1020', '12000', '0.012', '0.123', '1.5', '1.25', '10.5', '12.34']],
    [3, ['1.23E-100', '-1', '-12', '-0.5']],
    [4, ['10020', '123456', '123.4', '1.001', '-123', '-1.5']],
    [5, ['100.001', '123.456']],
    [20, ['9'.repeat(38)]],
    [21, [`1.${'2'.repeat(37)}`, `-${'9'.repeat(38)}`]]
  ])('are %i for %j', (expected, numbers) => {
    for (const N of numbers) expect([N, valueBytes({ N })]).toEqual([N, expected])
  })
})
