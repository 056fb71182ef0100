import { backslash, quote } from './ascii.ts'
import { JsonNumber, type JsonValue, JsonWord } from './json-value.ts'

/**
 * The text is not JSON. The message says where and what is wrong and never repeats the text itself, because
 * that is customers' data.
 */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError'
}

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
/** NaN and infinities in any spelling, and the word undefined. */
export const bareWord = /-?(?:nan|infinity|inf)|undefined/iy
/** What may stand after a backslash, besides `u`. */
const escaped: ReadonlySet<string> = new Set('"\\/bfnrt')

/** Reads the small parts of JSON text, one after the other. */
export class JsonReader {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  fail(problem: string): never {
    throw new JsonTextError(`${problem} at character ${this.at + 1}`)
  }

  /** @param opener of what is open */
  failInside(opener: '[' | '{'): never {
    const what = opener === '[' ? 'an array' : 'an object'
    this.fail(this.at >= this.text.length ? `the text ends inside ${what}` : `${what} without a comma`)
  }

  skipSpace(): void {
    let { at } = this
    for (;;) {
      const code = this.text.charCodeAt(at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break
      at += 1
    }
    this.at = at
  }

  string(): string {
    const { text } = this
    const start = this.at
    let at = start + 1
    let isEscaped = false
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === quote) {
        this.at = at + 1
        // Pieces that are put together one by one take thirty times the memory of a text of escapes.
        return isEscaped ? (JSON.parse(text.slice(start, at + 1)) as string) : text.slice(start + 1, at)
      }
      if (code === backslash) {
        isEscaped = true
        at = this.afterEscape(at)
      } else if (code >= 0x20) at += 1
      else {
        this.at = at
        this.fail(at >= text.length ? 'the text ends inside a string' : 'a control character in a string')
      }
    }
  }

  /** The name of a member, its colon read. */
  name(): string {
    const { text } = this
    this.skipSpace()
    if (text.charCodeAt(this.at) !== quote) this.fail('a member without a name in quotes')
    const name = this.string()
    this.skipSpace()
    if (text[this.at] !== ':') this.fail('a name without a colon')
    this.at += 1
    return name
  }

  /** What is neither text, nor array, nor object. */
  scalar(): JsonValue {
    const { text, at } = this
    if (text.startsWith('true', at)) return this.past(4, true)
    if (text.startsWith('false', at)) return this.past(5, false)
    if (text.startsWith('null', at)) return this.past(4, null)
    number.lastIndex = at
    if (number.test(text)) {
      this.at = number.lastIndex
      return new JsonNumber(text.slice(at, this.at))
    }
    bareWord.lastIndex = at
    const found = bareWord.exec(text)
    if (found) return this.past(found[0].length, new JsonWord(found[0]))
    return this.fail(at >= text.length ? 'the text ends too early' : 'something that is not a JSON value')
  }

  private past(length: number, value: JsonValue): JsonValue {
    this.at += length
    return value
  }

  private afterEscape(at: number): number {
    const { text } = this
    const letter = text[at + 1] ?? ''
    this.at = at
    if (letter === 'u') {
      if (/^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) return at + 6
      this.fail('a \\u escape without four hexadecimal digits')
    }
    return escaped.has(letter) ? at + 2 : this.fail('an unknown escape in a string')
  }
}
