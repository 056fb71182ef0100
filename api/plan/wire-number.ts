import { closeObject, minus, point, quote, zero } from '../json/ascii.ts'
import { canonicalNumber, digitPairs, pairsBetween } from './decimal.ts'
import { maxNumberDigits } from './limits.ts'
import { Flaw } from './row-result.ts'
import type { WireOut } from './wire-out.ts'

/** The N of DynamoDB's numbers. */
const numberType = 0x4e

/** A number as `{"N":"…"}`. @returns false when it is none of JSON's, none that DynamoDB holds, or a word such as `-inf` */
export const writeNumber = (out: WireOut): boolean => {
  const { source } = out
  const start = out.at
  const first = source[start] === minus ? start + 1 : start
  const lead = source[first] as number
  if (lead < zero || lead > 0x39) return false
  let at = first
  while (isDigit(source[at])) at += 1
  const whole = at - first
  if (source[at] === point) return decimal(out, start, first, at)
  if (isExponent(source[at]) || whole > maxNumberDigits || lead === zero) return rareNumber(out, start, at)

  let zeros = 0
  while (source[at - 1 - zeros] === zero) zeros += 1
  return plainNumber(out, start, at, pairsBetween(whole - 1, zeros))
}

const decimal = (out: WireOut, start: number, first: number, dot: number): boolean => {
  const { source } = out
  let at = dot + 1
  while (isDigit(source[at])) at += 1
  if (isExponent(source[at]) || source[at - 1] === zero) return rareNumber(out, start, at)
  const places = at - dot - 1
  const whole = dot - first
  if (places === 0) return false
  if (source[first] !== zero) {
    if (whole + places > maxNumberDigits) return false
    return plainNumber(out, start, at, pairsBetween(whole - 1, -places))
  }
  if (whole > 1) return false
  let zeros = 0
  while (source[dot + 1 + zeros] === zero) zeros += 1
  // Below that the canonical form has an exponent.
  if (zeros > 6 || places - zeros > maxNumberDigits) return rareNumber(out, start, at)
  return plainNumber(out, start, at, pairsBetween(-zeros - 1, -places))
}

/** Digits that are canonical as they stand. */
const plainNumber = (out: WireOut, start: number, end: number, pairs: number): boolean => {
  const { source, bytes } = out
  out.begin(numberType)
  let { to } = out
  for (let n = start; n < end; n += 1) bytes[to++] = source[n] as number
  out.to = to
  out.size += 1 + pairs + (source[start] === minus ? 1 : 0)
  out.at = end
  return endNumber(out)
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Exponents, zeros at the end and whatever else has another canonical form. */
const rareNumber = (out: WireOut, start: number, digitsEnd: number): boolean => {
  let end = digitsEnd
  while (isDigit(out.source[end]) || isExponentPart(out.source[end])) end += 1
  const sent = out.source.toString('latin1', start, end)
  const text = jsonNumber.test(sent) ? canonicalNumber(sent) : undefined
  if (text === undefined || text instanceof Flaw) return false
  out.begin(numberType)
  for (let n = 0; n < text.length; n += 1) out.put(text.charCodeAt(n))
  out.size += 1 + digitPairs(text) + (text.startsWith('-') ? 1 : 0)
  out.at = end
  return endNumber(out)
}

const endNumber = (out: WireOut): boolean => {
  out.put(quote)
  out.put(closeObject)
  return true
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= zero && byte <= 0x39
const isExponent = (byte: number | undefined): boolean => byte === 0x65 || byte === 0x45
const isExponentPart = (byte: number | undefined): boolean =>
  isExponent(byte) || byte === 0x2b || byte === minus || byte === point
