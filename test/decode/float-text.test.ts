import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doubleText, floatText } from '../../api/decode/float-text.ts'

describe('a FLOAT as text', () => {
  it('reads back as the same FLOAT', () =>
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        expect(Math.fround(Number(floatText(value)))).toBe(Object.is(value, -0) ? 0 : value)
      }),
      { numRuns: 1_000 }
    ))

  it('has no digits that the FLOAT had not', () => {
    expect([0.1, 1e-45, 3.4028235e38, 16777216, -2.5].map((value) => floatText(Math.fround(value)))).toEqual([
      '0.1',
      '1e-45',
      '3.4028235e+38',
      '16777216',
      '-2.5'
    ])
  })
})

describe('values that are no numbers', () => {
  it('keep a name that the plan rejects', () => {
    expect(
      [Number.NaN, Number.POSITIVE_INFINITY].flatMap((value) => [floatText(value), doubleText(value)])
    ).toEqual(['NaN', 'NaN', 'Infinity', 'Infinity'])
  })
})
