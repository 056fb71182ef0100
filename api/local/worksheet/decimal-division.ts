import { WorksheetError } from './worksheet-error.ts'

const digitsOf = (text: string): { readonly value: bigint; readonly scale: number } => {
  const [whole = '0', fraction = ''] = text.split('.')
  return { value: BigInt(whole + fraction), scale: fraction.length }
}

/**
 * Divides two decimals as Snowflake does: exactly, then rounded half away from zero to `scale` digits. DuckDB would
 * divide them as floating-point numbers.
 *
 * @throws WorksheetError when the divisor is zero.
 */
export const divideDecimals = (dividend: string, divisor: string, scale: number): string => {
  const top = digitsOf(dividend)
  const bottom = digitsOf(divisor)
  if (bottom.value === 0n) throw new WorksheetError('Division by zero')
  const numerator = top.value * 10n ** BigInt(scale + bottom.scale)
  const denominator = bottom.value * 10n ** BigInt(top.scale)
  const isNegative = numerator < 0n !== denominator < 0n
  const size = (n: bigint): bigint => (n < 0n ? -n : n)
  const rounded = (2n * size(numerator) + size(denominator)) / (2n * size(denominator))
  const digits = rounded.toString().padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return isNegative && rounded !== 0n ? `-${text}` : text
}

/** Digits after the point of a quotient: six more than the dividend's, but no more than twelve unless it had them. */
export const quotientScale = (dividendScale: number): number =>
  Math.max(dividendScale, Math.min(dividendScale + 6, 12))
