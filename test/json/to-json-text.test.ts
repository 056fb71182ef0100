import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from '../../api/json/json-text.ts'
import { toJsonText } from '../../api/json/to-json-text.ts'

const reprinted = (text: string) => toJsonText(parseJson(text))

describe('printing JSON', () => {
  it('gives any compact JSON back as it was', () =>
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(reprinted(text)).toBe(text)
      })
    ))

  it.each([
    '12345678901234567890123456789012345678',
    '1.10',
    '-0',
    '1E+125',
    '{"a":[0.30000000000000000001]}'
  ])('keeps the digits of %s', (text) => expect(reprinted(text)).toBe(text))

  it('drops the space between', () => {
    expect(reprinted(' { "a" : [ 1 , { } , [ ] ] , "__proto__" : null } ')).toBe(
      '{"a":[1,{},[]],"__proto__":null}'
    )
  })

  it.each(['{"a":1,"b":2,"a":[{"c":3,"c":null}]}', '{"a":null,"a":1,"a":2}'])(
    'keeps every value of a name that is there twice: %s',
    (text) => {
      const sorted = (each: string) => [...each].toSorted().join('')
      expect(sorted(reprinted(text))).toBe(sorted(text))
      expect(parseJson(reprinted(text))).toMatchObject({ repeated: 'a' })
    }
  )

  it('does not mind how deep', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)

    expect(reprinted(deep) === deep).toBe(true)
  })
})
