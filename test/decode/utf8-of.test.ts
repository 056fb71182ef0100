import fc from 'fast-check'
import { expect, it } from 'vitest'
import { utf8Of } from '../../api/decode/utf8-of.ts'

it('gives the bytes that Node gives, half surrogate pairs included', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 400 }), (unit, times) => {
      const text = unit.repeat(times)
      expect(utf8Of(text).equals(Buffer.from(text))).toBe(true)
    })
  ))

it.each(['', '\ud800', 'x\udc00', '😀', 'ü'.repeat(3_000_000)])('of a text of any length', (text) =>
  expect(utf8Of(text).equals(Buffer.from(text))).toBe(true)
)

it('gives memory that the next text does not touch', () => {
  const first = utf8Of('first')
  utf8Of('other')
  expect(first.toString()).toBe('first')
})
