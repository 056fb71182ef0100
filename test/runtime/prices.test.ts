import { describe, expect, it } from 'vitest'
import { dollars, dollarText, nanoDollars } from '../../api/runtime/prices.ts'

describe('what units cost', () => {
  it.each([
    [{ write_unit: 1_000_000 }, '0.625'],
    [{ read_unit: 1_000_000 }, '0.125'],
    [{ write_unit: 1_700_000 }, '1.0625'],
    [{ write_unit: 1_000_000, read_unit: 2_000_000 }, '0.875'],
    [{ import_byte: 2 ** 30 }, '0.15'],
    [{ write_unit: 16_000_000_000 }, '10000'],
    [{ write_unit: 1 }, '0.000000625'],
    [{ read_unit: 0.5 }, '0.000000063'],
    [{}, '0']
  ])('%o is %s dollars', (amounts, text) => {
    expect(dollars(amounts)).toBe(text)
  })

  it('adds up in whole billionths of a dollar', () => {
    const rows = Array.from({ length: 1_000 }, () => nanoDollars({ write_unit: 1 }))
    expect(dollarText(rows.reduce((sum, each) => sum + each, 0))).toBe(dollars({ write_unit: 1_000 }))
  })
})
