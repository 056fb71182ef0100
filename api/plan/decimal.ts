import { maxNumberDigits, maxNumberMagnitude, minNumberMagnitude } from './limits.ts'
import { Flaw } from './row-result.ts'

const plainInteger = /^-?[1-9][0-9]{0,37}$/
const decimal = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/

/**
 * The one text of a number's value, as DynamoDB's `N` takes it: `1`, `1.0` and `1e0` all give `1`. Digits are
 * moved as text, never through a JavaScript number.
 *
 * @param text a JSON number, or what people write in text: `+5`, `007`, `.5` and `5.` are taken too
 * @returns the text, or the flaw: not a number at all, over 38 significant digits, or outside 1E-130..9.99E+125
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export const canonicalNumber = (text: string): string | Flaw => {
  if (plainInteger.test(text)) return text
  const parts = decimal.exec(text)
  if (!parts) return new Flaw('unsupported_value', 'is not a number')
  const [, sign, whole = '', fraction = '', exponentText = '0'] = parts
  if (whole === '' && fraction === '') return new Flaw('unsupported_value', 'is not a number')

  const leading = (whole + fraction).replace(/^0+/, '')
  if (leading === '') return '0'
  // The exponent is text of any length; beyond nine digits it is out of range whatever the digits are.
  const exponent = exponentText.replace(/^([+-]?)0+(?=[0-9])/, '$1')
  const scale = exponent.length > 10 ? (exponent.startsWith('-') ? -1e9 : 1e9) : Number(exponent)
  const magnitude = scale - fraction.length + leading.length - 1
  const digits = withoutTrailingZeros(leading)
  if (digits.length > maxNumberDigits)
    return new Flaw('number_out_of_range', `has ${digits.length} significant digits, DynamoDB keeps 38`)
  if (magnitude < minNumberMagnitude || magnitude > maxNumberMagnitude)
    return new Flaw('number_out_of_range', 'is outside 1E-130 to 9.99E+125, the range of DynamoDB')
  return (sign === '-' ? '-' : '') + written(digits, magnitude)
}

/**
 * How many pairs of decimal digits DynamoDB keeps of a canonical number: pairs are cut at the decimal point, and
 * pairs of zeros at either end are left out. Zero has none.
 */
export const digitPairs = (canonical: string): number => {
  const { sign, magnitude, digits } = parts(canonical)
  if (sign === 0) return 0
  return pairsBetween(magnitude, magnitude - digits.length + 1)
}

/** Pairs of digits from the power of ten of the first significant digit to that of the last. */
export const pairsBetween = (first: number, last: number): number => (first >> 1) - (last >> 1) + 1

/** Orders two canonical numbers: below zero when `a` is lower, zero when equal. */
export const compareNumbers = (a: string, b: string): number => {
  if (a === b) return 0
  const [left, right] = [parts(a), parts(b)]
  if (left.sign !== right.sign) return left.sign - right.sign
  if (left.sign === 0) return 0
  const [low, high] = left.sign > 0 ? [left, right] : [right, left]
  if (low.magnitude !== high.magnitude) return low.magnitude - high.magnitude
  return low.digits < high.digits ? -1 : low.digits > high.digits ? 1 : 0
}

const parts = (canonical: string): { sign: number; magnitude: number; digits: string } => {
  const negative = canonical.startsWith('-')
  const [mantissa = '', exponent = '0'] = (negative ? canonical.slice(1) : canonical).split('E')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const all = whole + fraction
  const digits = all.replace(/^0+/, '')
  if (digits === '') return { sign: 0, magnitude: 0, digits: '' }
  const magnitude = Number(exponent) + whole.length - 1 - (all.length - digits.length)
  return { sign: negative ? -1 : 1, magnitude, digits: withoutTrailingZeros(digits) }
}

const withoutTrailingZeros = (digits: string): string => {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end -= 1
  return digits.slice(0, end)
}

/** `digits` times ten to the power that puts the first digit at `magnitude`; plain while that stays short. */
const written = (digits: string, magnitude: number): string => {
  if (magnitude > 37 || magnitude < -7) {
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : ''
    return `${digits[0]}${rest}E${magnitude < 0 ? '-' : '+'}${Math.abs(magnitude)}`
  }
  if (magnitude < 0) return `0.${'0'.repeat(-magnitude - 1)}${digits}`
  if (digits.length <= magnitude + 1) return digits.padEnd(magnitude + 1, '0')
  return `${digits.slice(0, magnitude + 1)}.${digits.slice(magnitude + 1)}`
}
