import {
  backslash,
  closeArray,
  closeObject,
  colon,
  comma,
  minus,
  openArray,
  openObject,
  quote
} from './ascii.ts'
import { bareWord } from './json-reader.ts'

/** What is open, outermost first: the byte that closes it. Grown where a text nests deeper; used by one scan at a time. */
let closers = new Uint8Array(256)

/**
 * Finds the end of a JSON value in UTF-8 without making anything of it. It takes what `parseJson` takes, no more and
 * no less, bare words and any depth included; why something is not JSON is for `parseJson` to say.
 *
 * @param start where the value begins, white space before it included
 * @param end where the text ends: nothing is read beyond
 * @returns the index after the value, or -1 when no JSON value stands there
 */
export const scanJson = (bytes: Buffer, start: number, end: number): number => {
  let depth = 0
  let at = start
  for (;;) {
    at = skipSpace(bytes, at, end)
    const first = at < end ? bytes[at] : -1
    if (first === quote) at = scanString(bytes, at + 1, end)
    else if (first === openArray || first === openObject) {
      const closer = first === openArray ? closeArray : closeObject
      at = skipSpace(bytes, at + 1, end)
      if (at >= end || bytes[at] !== closer) {
        if (depth === closers.length) closers = grown(closers)
        closers[depth] = closer
        depth += 1
        if (closer === closeObject) at = scanName(bytes, at, end)
        if (at < 0) return -1
        continue
      }
      at += 1
    } else at = scanScalar(bytes, at, end)

    for (;;) {
      if (at < 0 || depth === 0) return at
      at = skipSpace(bytes, at, end)
      if (at >= end) return -1
      const closer = closers[depth - 1]
      if (bytes[at] === comma) {
        at += 1
        if (closer === closeObject) at = scanName(bytes, at, end)
        if (at < 0) return -1
        break
      }
      if (bytes[at] !== closer) return -1
      at += 1
      depth -= 1
    }
  }
}

const grown = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  const more = new Uint8Array(bytes.length * 2)
  more.set(bytes)
  return more
}

/** @returns the index of the first byte that is not white space of JSON, or `end` */
export const skipSpace = (bytes: Buffer, start: number, end: number): number => {
  let at = start
  while (at < end) {
    const byte = bytes[at]
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at
    at += 1
  }
  return at
}

const scanName = (bytes: Buffer, start: number, end: number): number => {
  let at = skipSpace(bytes, start, end)
  if (at >= end || bytes[at] !== quote) return -1
  at = scanString(bytes, at + 1, end)
  if (at < 0) return -1
  at = skipSpace(bytes, at, end)
  return at < end && bytes[at] === colon ? at + 1 : -1
}

/** @param start after the opening quote @returns the index after the closing one, or -1 */
const scanString = (bytes: Buffer, start: number, end: number): number => {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number
    if (byte === quote) return at + 1
    if (byte < 0x20) return -1
    if (byte !== backslash) continue
    at += 1
    const letter = at < end ? bytes[at] : -1
    if (letter === 0x75) {
      for (let digit = 0; digit < 4; digit += 1) {
        at += 1
        if (at >= end || !isHex(bytes[at] as number)) return -1
      }
    } else if (!isEscape(letter as number)) return -1
  }
  return -1
}

export const isHex = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)

/** `"`, `\`, `/`, `b`, `f`, `n`, `r`, `t` */
export const isEscape = (byte: number): boolean =>
  byte === quote ||
  byte === backslash ||
  byte === 0x2f ||
  byte === 0x62 ||
  byte === 0x66 ||
  byte === 0x6e ||
  byte === 0x72 ||
  byte === 0x74

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39

const scanScalar = (bytes: Buffer, start: number, end: number): number => {
  const first = start < end ? bytes[start] : -1
  if (first === 0x74) return afterWord(bytes, start, end, 'true')
  if (first === 0x66) return afterWord(bytes, start, end, 'false')
  const literal = first === 0x6e ? afterWord(bytes, start, end, 'null') : -1
  if (literal >= 0) return literal
  const number = scanNumber(bytes, start, end)
  if (number >= 0) return number
  bareWord.lastIndex = 0
  const word = bareWord.exec(bytes.toString('latin1', start, Math.min(end, start + longestWord)))
  return word ? start + word[0].length : -1
}

const longestWord = '-infinity'.length

/** @returns the index after a word of which the first letter was seen, or -1 */
export const afterWord = (bytes: Buffer, start: number, end: number, word: string): number => {
  if (start + word.length > end) return -1
  for (let n = 1; n < word.length; n += 1) if (bytes[start + n] !== word.charCodeAt(n)) return -1
  return start + word.length
}

const scanNumber = (bytes: Buffer, start: number, end: number): number => {
  let at = start
  if (bytes[at] === minus) at += 1
  if (at >= end || !isDigit(bytes[at])) return -1
  if (bytes[at] === 0x30) at += 1
  else at = skipDigits(bytes, at, end)
  if (at < end && bytes[at] === 0x2e) {
    const after = skipDigits(bytes, at + 1, end)
    // As the parser does it: a point without digits is no part of the number.
    if (after === at + 1) return at
    at = after
  }
  if (at < end && ((bytes[at] as number) | 0x20) === 0x65) {
    const sign = bytes[at + 1]
    const digits = sign === 0x2b || sign === minus ? at + 2 : at + 1
    const after = skipDigits(bytes, digits, end)
    if (after > digits) at = after
  }
  return at
}

const skipDigits = (bytes: Buffer, start: number, end: number): number => {
  let at = start
  while (at < end && isDigit(bytes[at])) at += 1
  return at
}
