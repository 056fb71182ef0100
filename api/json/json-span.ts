import { openObject, quote } from './ascii.ts'
import type { JsonCells } from './json-cells.ts'
import { JsonTextError, parseJson } from './json-text.ts'
import { JsonObject, type JsonValue } from './json-value.ts'
import { scanJson, skipSpace } from './scan-json.ts'
import { toJsonText } from './to-json-text.ts'

/**
 * A JSON value that is still bytes: UTF-8 from `start` up to, not including, `end`, checked by `scanJson`. The buffer
 * belongs to a batch or a chunk and is not written to any more.
 */
export class JsonSpan {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes
    this.start = skipSpace(bytes, start, end)
    this.end = end
  }

  /** Text that is one JSON value, white space around it; undefined when it is not. */
  static of(text: string): JsonSpan | undefined {
    // UTF-8 has no half of a surrogate pair: as bytes it would be another character, as an escape it stays what it is.
    if (!text.isWellFormed()) return escaped(text)
    const bytes = Buffer.from(text)
    const end = scanJson(bytes, 0, bytes.length)
    return end >= 0 && skipSpace(bytes, end, bytes.length) === bytes.length
      ? new JsonSpan(bytes, 0, end)
      : undefined
  }

  get length(): number {
    return this.end - this.start
  }

  isObject(): boolean {
    return this.bytes[this.start] === openObject
  }

  isText(): boolean {
    return this.bytes[this.start] === quote
  }

  /** The same bytes: other spellings of a value differ. */
  equals(other: JsonSpan): boolean {
    if (other === this) return true
    const { length } = this
    const { bytes, start, end } = other
    if (end - start !== length) return false
    for (let n = 0; n < length; n += 1) if (bytes[start + n] !== this.bytes[this.start + n]) return false
    return true
  }

  /** The text as it came. */
  text(): string {
    return this.bytes.toString('utf8', this.start, this.end)
  }

  /** The text on one line: line ends stand between values only, for in strings JSON has them as escapes. */
  line(): string {
    return this.text().replaceAll(/[\r\n]/g, ' ')
  }

  /** The value, parsed now: whoever needs it twice keeps it. */
  value(): JsonValue {
    return parseJson(this.text())
  }
}

const escaped = (text: string): JsonSpan | undefined => {
  try {
    return toSpan(parseJson(text))
  } catch (error) {
    if (error instanceof JsonTextError) return undefined
    throw error
  }
}

/** A value as if it had come as text. */
export const toSpan = (value: JsonValue): JsonSpan => {
  const bytes = Buffer.from(toJsonText(value))
  return new JsonSpan(bytes, 0, bytes.length)
}

/** An object that is parsed already, or can be. */
export const objectOf = (item: JsonObject | JsonSpan | JsonCells): JsonObject => {
  const value = item instanceof JsonObject ? item : item.value()
  if (value instanceof JsonObject) return value
  throw new TypeError('the span of a row is not an object')
}
