import { describe, expect, it } from 'vitest'
import type { AttributeValue } from '../../api/plan/attribute.ts'
import { compareVersions, isSameType } from '../../api/plan/version-order.ts'

const order = (a: AttributeValue, b: AttributeValue) => Math.sign(compareVersions(a, b))

describe('versions', () => {
  it.each<[AttributeValue, AttributeValue, number]>([
    [{ N: '9' }, { N: '10' }, -1],
    [{ N: '1' }, { N: '1.0' }, 0],
    [{ N: '-2' }, { N: '-10' }, 1],
    [{ S: '9' }, { S: '10' }, 1],
    [{ S: '2026-01-01' }, { S: '2026-01-02' }, -1],
    [{ S: 'a' }, { S: 'ab' }, -1],
    [{ S: 'a' }, { S: 'a' }, 0],
    [{ S: '' }, { S: 'a' }, -1],
    [{ B: new Uint8Array([200]) }, { B: new Uint8Array([3, 1]) }, 1]
  ])('compare as DynamoDB compares them: %j and %j', (a, b, sign) => {
    expect(order(a, b)).toBe(sign)
    expect(order(b, a)).toBe(0 - sign + 0)
  })

  it('of text compare by their UTF-8 bytes, not by UTF-16 units', () => {
    expect(order({ S: '\uffee' }, { S: '😀' })).toBe(-1)
  })

  it('have an order within one type only', () => {
    const values: AttributeValue[] = [{ N: '1' }, { S: '1' }, { B: new Uint8Array([1]) }]
    for (const [n, a] of values.entries())
      for (const [m, b] of values.entries()) expect(isSameType(a, b)).toBe(n === m)
    expect(isSameType({ BOOL: true }, { BOOL: true })).toBe(false)
    expect(isSameType({ NULL: true }, { NULL: true })).toBe(false)
  })
})
