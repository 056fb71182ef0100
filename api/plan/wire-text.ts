import { backslash, closeObject, quote, space, zero } from '../json/ascii.ts'
import { isEscape, isHex } from '../json/scan-json.ts'
import type { WireOut } from './wire-out.ts'

const textStart = Buffer.from('{"S":"')
const textEnd = Buffer.from('"}')

/** Escapes that say one character by two: `\b \t \n \f \r`, by the code that they stand for. */
const letterOf: Readonly<Record<number, number>> = { 8: 0x62, 9: 0x74, 10: 0x6e, 12: 0x66, 13: 0x72 }
/** The S of DynamoDB's texts. */
const textType = 0x53
const hexDigits = Buffer.from('0123456789abcdef')

/** A string as `{"S":"…"}`. @returns false when it holds half a surrogate pair, or is not JSON */
export const writeText = (out: WireOut): boolean => {
  out.begin(textType)
  const { source, bytes } = out
  let { at, to } = out
  const from = to
  at += 1
  for (;;) {
    const byte = source[at++] as number
    if (byte === quote) break
    if (byte === backslash) {
      out.at = at - 1
      out.to = to
      out.size += to - from
      return textWithEscapes(out)
    }
    // The end of the source, too, which has no byte.
    if (!(byte >= space)) return false
    bytes[to++] = byte
  }
  out.size += to - from
  bytes[to] = quote
  bytes[to + 1] = closeObject
  out.at = at
  out.to = to + 2
  return true
}

/**
 * Text of a chunk's cell as `{"S":"…"}`.
 *
 * @param areBytes its characters are bytes of UTF-8
 * @returns false when it holds half a surrogate pair
 */
export const writeCell = (out: WireOut, text: string, areBytes: boolean): boolean => {
  const { bytes } = out
  out.copy(textStart)
  let { to } = out
  for (let n = 0; n < text.length; n += 1) {
    const code = text.charCodeAt(n)
    if (code < 0x20 || code === quote || code === backslash) {
      out.to = to
      ascii(out, code)
      to = out.to
    } else if (code < 0x80 || areBytes) bytes[to++] = code
    else {
      out.to = to
      return writeUnicode(out, text, n)
    }
  }
  out.to = to
  out.size += text.length
  out.copy(textEnd)
  return true
}

/** The rest of a text, from its first character beyond ASCII on. */
const writeUnicode = (out: WireOut, text: string, from: number): boolean => {
  if (!text.isWellFormed()) return false
  out.print(JSON.stringify(text.slice(from)).slice(1))
  out.put(closeObject)
  out.size += Buffer.byteLength(text)
  return true
}

/** The rest of a string, from its first escape on. */
const textWithEscapes = (out: WireOut): boolean => {
  const { source, bytes } = out
  for (;;) {
    const byte = source[out.at] as number
    if (byte === backslash) {
      if (!readEscape(out)) return false
      continue
    }
    out.at += 1
    if (byte === quote) break
    if (!(byte >= space)) return false
    bytes[out.to++] = byte
    out.size += 1
  }
  out.put(quote)
  out.put(closeObject)
  return true
}

const readEscape = (out: WireOut): boolean => {
  const letter = out.source[out.at + 1] as number
  if (letter !== 0x75) {
    if (!isEscape(letter)) return false
    out.at += 2
    if (letter !== 0x2f) out.put(backslash)
    out.put(letter)
    out.size += 1
    return true
  }
  const unit = hex(out, out.at + 2)
  if (unit < 0) return false
  out.at += 6
  if (unit < 0xd800 || unit > 0xdfff) {
    character(out, unit)
    return true
  }
  const isPair = unit < 0xdc00 && out.source[out.at] === backslash && out.source[out.at + 1] === 0x75
  const low = isPair ? hex(out, out.at + 2) : 0
  if (low < 0xdc00 || low > 0xdfff) return false
  out.at += 6
  character(out, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))
  return true
}

/** @returns -1 when there are no four digits */
const hex = (out: WireOut, at: number): number => {
  let value = 0
  for (let n = at; n < at + 4; n += 1) {
    const byte = out.source[n] as number
    if (!isHex(byte)) return -1
    value = value * 16 + (byte <= 0x39 ? byte - zero : (byte | 0x20) - 0x57)
  }
  return value
}

/** A character that was said by its number, as JSON.stringify prints it. */
const character = (out: WireOut, code: number): void => {
  if (code >= 0x80) utf8(out, code)
  else {
    out.size += 1
    ascii(out, code)
  }
}

const ascii = (out: WireOut, code: number): void => {
  const letter = letterOf[code]
  if (code === quote || code === backslash || letter !== undefined) {
    out.put(backslash)
    out.put(letter ?? code)
  } else if (code >= 0x20) out.put(code)
  else {
    for (const byte of [backslash, 0x75, zero, zero]) out.put(byte)
    out.put(hexDigits[code >> 4] as number)
    out.put(hexDigits[code & 15] as number)
  }
}

const utf8 = (out: WireOut, code: number): void => {
  const from = out.to
  if (code < 0x800) out.put(0xc0 | (code >> 6))
  else {
    if (code < 0x10000) out.put(0xe0 | (code >> 12))
    else {
      out.put(0xf0 | (code >> 18))
      out.put(0x80 | ((code >> 12) & 63))
    }
    out.put(0x80 | ((code >> 6) & 63))
  }
  out.put(0x80 | (code & 63))
  out.size += out.to - from
}
