import { canonicalNumber, digitPairs, pairsBetween } from './decimal.ts'
import { maxNumberDigits } from './limits.ts'
import { Flaw } from './row-result.ts'

const blockBytes = 256 * 1024
const quote = 0x22
const backslash = 0x5c
const minus = 0x2d
const point = 0x2e
const zero = 0x30

/** Escapes that say one character by two: `\b \t \n \f \r`, by the code that they stand for. */
const letterOf: Readonly<Record<number, number>> = { 8: 0x62, 9: 0x74, 10: 0x6e, 12: 0x66, 13: 0x72 }
const hexDigits = Buffer.from('0123456789abcdef')

/** DynamoDB's JSON in `wire.ts`'s own spelling, written byte by byte from JSON that `scanJson` has checked. */
export class WireOut {
  /** JSON being read, and where. */
  source: Buffer = Buffer.alloc(0)
  at = 0
  /** Blocks are filled one after another and never written to again. */
  bytes: Buffer = Buffer.alloc(0)
  to = 0
  /** Bytes that DynamoDB counts for what was written. */
  size = 0

  /** Makes room for so many bytes; what is written beyond is lost, and `isFull`. */
  reserve(bytes: number): void {
    if (this.bytes.length - this.to >= bytes) return
    this.bytes = Buffer.allocUnsafeSlow(Math.max(blockBytes, bytes))
    this.to = 0
  }

  get isFull(): boolean {
    return this.to > this.bytes.length
  }

  put(byte: number): void {
    this.bytes[this.to++] = byte
  }

  copy(from: Uint8Array): void {
    const { bytes } = this
    let { to } = this
    for (let n = 0; n < from.length; n += 1) bytes[to++] = from[n] as number
    this.to = to
  }

  skipSpace(): void {
    const { source } = this
    let { at } = this
    for (;;) {
      const byte = source[at]
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
      at += 1
    }
    this.at = at
  }

  /** A string as `{"S":"…"}`. @returns false when it holds half a surrogate pair */
  text(): boolean {
    const { source, bytes } = this
    let { at, to } = this
    bytes[to] = 0x7b
    bytes[to + 1] = quote
    bytes[to + 2] = 0x53
    bytes[to + 3] = quote
    bytes[to + 4] = 0x3a
    bytes[to + 5] = quote
    to += 6
    const from = to
    at += 1
    for (;;) {
      const byte = source[at++] as number
      if (byte === quote) break
      if (byte === backslash) {
        this.at = at - 1
        this.to = to
        this.size += to - from
        return this.textWithEscapes()
      }
      bytes[to++] = byte
    }
    this.size += to - from
    bytes[to] = quote
    bytes[to + 1] = 0x7d
    this.at = at
    this.to = to + 2
    return true
  }

  /** The rest of a string, from its first escape on. */
  private textWithEscapes(): boolean {
    const { source, bytes } = this
    for (;;) {
      const byte = source[this.at] as number
      if (byte === backslash) {
        if (!this.escape()) return false
        continue
      }
      this.at += 1
      if (byte === quote) break
      bytes[this.to++] = byte
      this.size += 1
    }
    this.put(quote)
    this.put(0x7d)
    return true
  }

  private escape(): boolean {
    const letter = this.source[this.at + 1] as number
    if (letter !== 0x75) {
      this.at += 2
      if (letter !== 0x2f) this.put(backslash)
      this.put(letter)
      this.size += 1
      return true
    }
    const unit = this.hex(this.at + 2)
    this.at += 6
    if (unit < 0xd800 || unit > 0xdfff) {
      this.character(unit)
      return true
    }
    const isPair = unit < 0xdc00 && this.source[this.at] === backslash && this.source[this.at + 1] === 0x75
    const low = isPair ? this.hex(this.at + 2) : 0
    if (low < 0xdc00 || low > 0xdfff) return false
    this.at += 6
    this.character(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))
    return true
  }

  private hex(at: number): number {
    let value = 0
    for (let n = at; n < at + 4; n += 1) {
      const byte = this.source[n] as number
      value = value * 16 + (byte <= 0x39 ? byte - zero : (byte | 0x20) - 0x57)
    }
    return value
  }

  /** A character that was said by its number, as JSON.stringify prints it. */
  private character(code: number): void {
    if (code >= 0x80) this.utf8(code)
    else {
      this.size += 1
      const letter = letterOf[code]
      if (code === quote || code === backslash || letter !== undefined) {
        this.put(backslash)
        this.put(letter ?? code)
      } else if (code >= 0x20) this.put(code)
      else {
        for (const byte of [backslash, 0x75, zero, zero]) this.put(byte)
        this.put(hexDigits[code >> 4] as number)
        this.put(hexDigits[code & 15] as number)
      }
    }
  }

  private utf8(code: number): void {
    const from = this.to
    if (code < 0x800) this.put(0xc0 | (code >> 6))
    else {
      if (code < 0x10000) this.put(0xe0 | (code >> 12))
      else {
        this.put(0xf0 | (code >> 18))
        this.put(0x80 | ((code >> 12) & 63))
      }
      this.put(0x80 | ((code >> 6) & 63))
    }
    this.put(0x80 | (code & 63))
    this.size += this.to - from
  }

  /** A number as `{"N":"…"}`. @returns false when it is none that DynamoDB holds, or a word such as `-inf` */
  number(): boolean {
    const { source } = this
    const start = this.at
    const first = source[start] === minus ? start + 1 : start
    const lead = source[first] as number
    if (lead < zero || lead > 0x39) return false
    let at = first
    while (isDigit(source[at])) at += 1
    const whole = at - first
    if (source[at] === point) return this.decimal(start, first, at)
    if (isExponent(source[at]) || whole > maxNumberDigits || lead === zero) return this.rareNumber(start, at)

    let zeros = 0
    while (source[at - 1 - zeros] === zero) zeros += 1
    return this.plainNumber(start, at, pairsBetween(whole - 1, zeros))
  }

  private decimal(start: number, first: number, dot: number): boolean {
    const { source } = this
    let at = dot + 1
    while (isDigit(source[at])) at += 1
    if (isExponent(source[at]) || source[at - 1] === zero) return this.rareNumber(start, at)
    const places = at - dot - 1
    if (source[first] !== zero) {
      const whole = dot - first
      if (whole + places > maxNumberDigits) return false
      return this.plainNumber(start, at, pairsBetween(whole - 1, -places))
    }
    let zeros = 0
    while (source[dot + 1 + zeros] === zero) zeros += 1
    // Below that the canonical form has an exponent.
    if (zeros > 6 || places - zeros > maxNumberDigits) return this.rareNumber(start, at)
    return this.plainNumber(start, at, pairsBetween(-zeros - 1, -places))
  }

  /** Digits that are canonical as they stand. */
  private plainNumber(start: number, end: number, pairs: number): boolean {
    const { source, bytes } = this
    this.beginNumber()
    let { to } = this
    for (let n = start; n < end; n += 1) bytes[to++] = source[n] as number
    this.to = to
    this.size += 1 + pairs + (source[start] === minus ? 1 : 0)
    this.at = end
    return this.endNumber()
  }

  /** Exponents, zeros at the end and whatever else has another canonical form. */
  private rareNumber(start: number, digitsEnd: number): boolean {
    let end = digitsEnd
    while (isDigit(this.source[end]) || isExponentPart(this.source[end])) end += 1
    const text = canonicalNumber(this.source.toString('latin1', start, end))
    if (text instanceof Flaw) return false
    this.beginNumber()
    for (let n = 0; n < text.length; n += 1) this.put(text.charCodeAt(n))
    this.size += 1 + digitPairs(text) + (text.startsWith('-') ? 1 : 0)
    this.at = end
    return this.endNumber()
  }

  private beginNumber(): void {
    const { bytes, to } = this
    bytes[to] = 0x7b
    bytes[to + 1] = quote
    bytes[to + 2] = 0x4e
    bytes[to + 3] = quote
    bytes[to + 4] = 0x3a
    bytes[to + 5] = quote
    this.to = to + 6
  }

  private endNumber(): boolean {
    this.put(quote)
    this.put(0x7d)
    return true
  }
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= zero && byte <= 0x39
const isExponent = (byte: number | undefined): boolean => byte === 0x65 || byte === 0x45
const isExponentPart = (byte: number | undefined): boolean =>
  isExponent(byte) || byte === 0x2b || byte === minus || byte === point
