import { carriageReturn, colon, lineFeed, openObject, quote, space, tab } from '../json/ascii.ts'

const blockBytes = 256 * 1024

/** DynamoDB's JSON in `wire.ts`'s own spelling, written byte by byte from JSON. */
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

  /** `{"S":"`, by the letter of the type. */
  begin(type: number): void {
    const { bytes, to } = this
    bytes[to] = openObject
    bytes[to + 1] = quote
    bytes[to + 2] = type
    bytes[to + 3] = quote
    bytes[to + 4] = colon
    bytes[to + 5] = quote
    this.to = to + 6
  }

  copy(from: Uint8Array): void {
    const { bytes } = this
    let { to } = this
    for (let n = 0; n < from.length; n += 1) bytes[to++] = from[n] as number
    this.to = to
  }

  /** Text that is printed already. */
  print(text: string): void {
    const length = Buffer.byteLength(text)
    if (this.bytes.length - this.to >= length) this.bytes.write(text, this.to)
    this.to += length
  }

  skipSpace(): void {
    const { source } = this
    let { at } = this
    for (;;) {
      const byte = source[at]
      if (byte !== space && byte !== lineFeed && byte !== carriageReturn && byte !== tab) break
      at += 1
    }
    this.at = at
  }
}
