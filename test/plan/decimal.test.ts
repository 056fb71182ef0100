import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalNumber, compareNumbers, digitPairs } from '../../api/plan/decimal.ts'
import { Flaw } from '../../api/plan/row-result.ts'

const canonical = (text: string): string => {
  const made = canonicalNumber(text)
  if (made instanceof Flaw) throw new Error(made.message)
  return made
}
const codeOf = (text: string) => {
  const made = canonicalNumber(text)
  return made instanceof Flaw ? made.code : made
}

/** A number as whole units of 1E-400: BigInt knows its value and its order exactly. */
const exactly = (text: string): bigint => {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.')
  const units = BigInt(whole + fraction) * 10n ** BigInt(400 + Number(exponent) - fraction.length)
  return mantissa.startsWith('-') ? -units : units
}

const someDigits = fc.oneof(
  fc.stringMatching(/^[0-9]{1,20}$/),
  fc.stringMatching(/^[1-9]0{0,20}[0-9]{0,3}$/),
  fc.stringMatching(/^[0-2]{1,3}$/)
)
/** Numbers of at most 38 digits or so, near each other, so that equal values and close ones do come up. */
const text = fc
  .tuple(
    fc.constantFrom('', '-'),
    someDigits,
    fc.option(fc.stringMatching(/^[0-9]{1,10}$/)),
    fc.option(fc.integer({ min: -90, max: 80 })),
    fc.constantFrom('e', 'E')
  )
  .map(
    ([sign, whole, fraction, exponent, e]) =>
      `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : e + exponent}`
  )
/** Another text of the same value: the point moved, zeros put before and behind. */
const otherTextOf = (number: string): fc.Arbitrary<string> =>
  fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 5 })).map(([zeros, shift]) => {
    const [, sign = '', whole = '', fraction = '', exponent = '0'] =
      /^(-?)([0-9]+)(?:\.([0-9]*))?(?:[eE](.*))?$/.exec(number) ?? []
    const all = whole + fraction + '0'.repeat(shift)
    return `${sign}${'0'.repeat(zeros)}${all}E${Number(exponent) - fraction.length - shift}`
  })
const close = fc.oneof(
  fc.tuple(text, text),
  text.chain((number) => fc.tuple(fc.constant(number), otherTextOf(number))),
  fc.tuple(
    fc.constantFrom('1', '-1', '0.1', '12', '-12', '121', '1e2', '1e3'),
    fc.constantFrom('1.0', '2', '-2', '120', '0')
  )
)

describe('the one text of a number', () => {
  it('has the value that was sent', () => {
    fc.assert(
      fc.property(text, (number) => {
        expect(exactly(canonical(number))).toBe(exactly(number))
      })
    )
  })

  it('is equal exactly when the values are', () => {
    fc.assert(
      fc.property(close, ([a, b]) => {
        expect(canonical(a) === canonical(b)).toBe(exactly(a) === exactly(b))
      }),
      { numRuns: 1000 }
    )
  })

  it('is its own text', () => {
    fc.assert(
      fc.property(text, (number) => {
        expect(canonical(canonical(number))).toBe(canonical(number))
      })
    )
  })

  it('is JSON', () => {
    fc.assert(
      fc.property(text, (number) => {
        expect(() => JSON.parse(canonical(number))).not.toThrow()
      })
    )
  })
})

describe('the order of numbers', () => {
  it('is that of their values', () => {
    fc.assert(
      fc.property(close, ([a, b]) => {
        const [left, right] = [exactly(a), exactly(b)]
        expect(Math.sign(compareNumbers(canonical(a), canonical(b)))).toBe(
          left < right ? -1 : left > right ? 1 : 0
        )
      }),
      { numRuns: 1000 }
    )
  })

  it('holds for numbers as DynamoDB writes them back, without an exponent', () => {
    expect(compareNumbers(`1${'0'.repeat(125)}`, '1E+125')).toBe(0)
    expect(compareNumbers(`0.${'0'.repeat(129)}1`, '1E-130')).toBe(0)
    expect(compareNumbers(`-0.${'0'.repeat(129)}2`, '-1E-130')).toBeLessThan(0)
  })
})

describe('what people write', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['0.0', '0'],
    ['0E999', '0'],
    ['0E-99999999999999999999', '0'],
    ['+5', '5'],
    ['007', '7'],
    ['-007', '-7'],
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['5.', '5'],
    ['5.e3', '5000'],
    ['1e+5', '100000'],
    ['1E0000000000005', '100000'],
    ['1E-0000000000005', '0.00001'],
    ['1.10', '1.1'],
    ['-1.50', '-1.5'],
    ['100', '100'],
    ['0.0000001', '0.0000001'],
    ['0.00000001', '1E-8'],
    ['1e37', `1${'0'.repeat(37)}`],
    ['1e38', '1E+38'],
    ['-12.5e50', '-1.25E+51']
  ])('%s is the number %s', (sent, kept) => expect(canonical(sent)).toBe(kept))

  it.each([
    '',
    '.',
    '-',
    '+',
    'e5',
    '1e',
    '1e+',
    '+-5',
    '--5',
    ' 5',
    '5 ',
    '5\n',
    '1 0',
    '1,5',
    '1_000',
    '0x10',
    'NaN',
    'Infinity',
    '1d',
    '1E5.0',
    'null',
    '١'
  ])('%j is not a number', (sent) => expect(codeOf(sent)).toBe('unsupported_value'))
})

describe('38 significant digits', () => {
  const nines = '9'.repeat(38)

  it.each([
    nines,
    `-${nines}`,
    `0.${nines}`,
    `0.00${nines}`,
    `${nines}.00000`,
    `1.${'0'.repeat(60)}`,
    `${'0'.repeat(60)}1`,
    `1${'0'.repeat(60)}`
  ])('are kept, zeros around them do not count: %s', (sent) =>
    expect(exactly(canonical(sent))).toBe(exactly(sent))
  )

  it.each([`${nines}9`, `1${'0'.repeat(37)}1`, `0.${nines}9`, `-${nines}.1`])(
    'and one more are too many: %s',
    (sent) => {
      expect(canonicalNumber(sent)).toEqual(
        new Flaw('number_out_of_range', 'has 39 significant digits, DynamoDB keeps 38')
      )
    }
  )
})

describe('the range of numbers', () => {
  it.each([
    '1e125',
    '-1e125',
    `${'9'.repeat(38)}E+88`,
    `9.${'9'.repeat(37)}E+125`,
    `1${'0'.repeat(125)}`,
    '1E-130',
    '-1E-130',
    '10E-131',
    '1.5E-130',
    `0.${'0'.repeat(129)}1`
  ])('holds %s', (sent) => expect(exactly(canonical(sent))).toBe(exactly(sent)))

  it.each([
    '1e126',
    '-1e126',
    `1${'0'.repeat(126)}`,
    `${'9'.repeat(38)}E+89`,
    '1e400',
    '1E-131',
    '9.9E-131',
    '-1E-131',
    `0.${'0'.repeat(130)}1`,
    '1e99999999999999999999',
    '1e-99999999999999999999',
    '1e1000000000',
    '1e-1000000000'
  ])('does not hold %s', (sent) => expect(codeOf(sent)).toBe('number_out_of_range'))

  it('is judged by the value, not by the exponent', () => {
    expect(canonical(`0.${'0'.repeat(200)}1e201`)).toBe('1')
    expect(canonical(`1${'0'.repeat(200)}e-200`)).toBe('1')
  })
})

describe('pairs of digits', () => {
  it('are cut at the decimal point', () => {
    expect(
      ['0', '1', '99', '100', '101', '1001', '0.1', '0.01', '0.012', '1.5', '12.34', '123.456'].map(
        digitPairs
      )
    ).toEqual([0, 1, 1, 1, 2, 2, 1, 1, 2, 2, 2, 4])
  })
})
