import { parseJson } from './json-text.ts'
import { JsonObject, type JsonValue } from './json-value.ts'
import { skipSpace } from './scan-json.ts'

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

  get length(): number {
    return this.end - this.start
  }

  isObject(): boolean {
    return this.bytes[this.start] === 0x7b
  }

  isText(): boolean {
    return this.bytes[this.start] === 0x22
  }

  /** The text as it came. */
  text(): string {
    return this.bytes.toString('utf8', this.start, this.end)
  }

  /** The value, parsed now: whoever needs it twice keeps it. */
  value(): JsonValue {
    return parseJson(this.text())
  }
}

/** An object that is parsed already, or can be. */
export const objectOf = (item: JsonObject | JsonSpan): JsonObject => {
  const value = item instanceof JsonSpan ? item.value() : item
  if (value instanceof JsonObject) return value
  throw new TypeError('the span of a row is not an object')
}
