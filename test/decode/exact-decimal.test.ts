import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalText, integerOfBytes } from '../../api/decode/exact-decimal.ts'

const wide = 10n ** 38n - 1n
const unscaled = fc.bigInt({ min: -wide, max: wide })

describe('a decimal of 38 digits', () => {
  it.each([
    [0n, 0, '0'],
    [0n, 2, '0.00'],
    [-5n, 2, '-0.05'],
    [12345n, 2, '123.45'],
    [-wide, 38, `-0.${'9'.repeat(38)}`],
    [wide, 0, '9'.repeat(38)],
    [7n, -2, '700']
  ])('%d at scale %d is %s', (value, scale, text) => {
    expect(decimalText(value, scale)).toBe(text)
  })

  it('keeps all its digits and its scale', () =>
    fc.assert(
      fc.property(unscaled, fc.integer({ min: 0, max: 38 }), (value, scale) => {
        const text = decimalText(value, scale)

        expect(BigInt(text.replace('.', ''))).toBe(value)
        expect(text.split('.')[1]?.length ?? 0).toBe(scale)
      })
    ))
})

describe('bytes of two’s complement', () => {
  const bytesOf = (value: bigint, width: number) =>
    Buffer.from(
      BigInt.asUintN(width * 8, value)
        .toString(16)
        .padStart(width * 2, '0'),
      'hex'
    )

  it('read back as the integer they are, whatever their width', () =>
    fc.assert(
      fc.property(unscaled, fc.integer({ min: 16, max: 20 }), (value, width) => {
        expect(integerOfBytes(bytesOf(value, width))).toBe(value)
      })
    ))

  it('may be few or none', () => {
    expect(integerOfBytes(Uint8Array.of(0xff))).toBe(-1n)
    expect(integerOfBytes(Uint8Array.of(0x80, 0))).toBe(-32768n)
    expect(integerOfBytes(new Uint8Array())).toBe(0n)
  })
})
