import { JsonDeep, JsonNumber, JsonObject, type JsonValue, JsonWord, maxJsonDepth } from './json-value.ts'

/**
 * The text is not JSON. The message says where and what is wrong and never repeats the text itself, because
 * that is customers' data.
 */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError'
}

const quote = 0x22
const backslash = 0x5c
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
/** NaN and infinities in any spelling, and the word undefined. */
export const bareWord = /-?(?:nan|infinity|inf)|undefined/iy
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t'
}

type Container = { readonly values: JsonValue[] } | { readonly object: JsonObject; name: string }

/** What stands in an array or object that is too deep is read, and not kept. */
const deepArray: Container = { values: [] }
const deepObject: Container = { object: new JsonObject(), name: '' }

/**
 * Parses JSON text (RFC 8259) without losing what JSON.parse loses: digits of numbers, names sent twice, and
 * `__proto__`. Where a value stands, `NaN`, `inf`, `Infinity` and `undefined` are read as words; what stands deeper
 * than `maxJsonDepth` stays text: whether a row can do without either is for the plan to say.
 *
 * @throws JsonTextError when the text is not one JSON value.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the place in the text: state in an object would cost every character a look-up
export const parseJson = (text: string): JsonValue => {
  let at = 0

  const fail = (problem: string): never => {
    throw new JsonTextError(`${problem} at character ${at + 1}`)
  }

  const skipSpace = (): void => {
    for (;;) {
      const code = text.charCodeAt(at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      at += 1
    }
  }

  const readEscape = (): string => {
    const letter = text[at + 1] ?? ''
    if (letter === 'u') {
      const hex = text.slice(at + 2, at + 6)
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) fail('a \\u escape without four hexadecimal digits')
      at += 6
      return String.fromCharCode(Number.parseInt(hex, 16))
    }
    const plain = escapes[letter]
    if (plain === undefined) return fail('an unknown escape in a string')
    at += 2
    return plain
  }

  const readString = (): string => {
    at += 1
    let start = at
    let read = ''
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === quote) {
        const rest = text.slice(start, at)
        at += 1
        return read === '' ? rest : read + rest
      }
      if (code === backslash) {
        read += text.slice(start, at)
        read += readEscape()
        start = at
      } else if (code >= 0x20) at += 1
      else fail(at >= text.length ? 'the text ends inside a string' : 'a control character in a string')
    }
  }

  const readScalar = (): JsonValue => {
    if (text.startsWith('true', at)) {
      at += 4
      return true
    }
    if (text.startsWith('false', at)) {
      at += 5
      return false
    }
    if (text.startsWith('null', at)) {
      at += 4
      return null
    }
    number.lastIndex = at
    const digits = number.exec(text)
    if (digits) {
      at += digits[0].length
      return new JsonNumber(digits[0])
    }
    bareWord.lastIndex = at
    const found = bareWord.exec(text)
    if (found) {
      at += found[0].length
      return new JsonWord(found[0])
    }
    return fail(at >= text.length ? 'the text ends too early' : 'something that is not a JSON value')
  }

  const readName = (): string => {
    skipSpace()
    if (text.charCodeAt(at) !== quote) fail('a member without a name in quotes')
    const name = readString()
    skipSpace()
    if (text[at] !== ':') fail('a name without a colon')
    at += 1
    return name
  }

  const open: Container[] = []
  let deepStart = 0
  const isDeep = (): boolean => open.length >= maxJsonDepth
  for (;;) {
    skipSpace()
    let value: JsonValue
    const first = text[at]
    if (first === '"') value = readString()
    else if (first === '[') {
      if (open.length === maxJsonDepth) deepStart = at
      at += 1
      skipSpace()
      const values: JsonValue[] = []
      if (text[at] !== ']') {
        open.push(isDeep() ? deepArray : { values })
        continue
      }
      at += 1
      value = values
    } else if (first === '{') {
      if (open.length === maxJsonDepth) deepStart = at
      at += 1
      skipSpace()
      const object = new JsonObject()
      if (text[at] !== '}') {
        const name = readName()
        open.push(isDeep() ? deepObject : { object, name })
        continue
      }
      at += 1
      value = object
    } else value = readScalar()

    for (;;) {
      const container = open.at(-1)
      skipSpace()
      if (container === undefined) {
        if (at < text.length) fail('something after the end of the value')
        return value
      }
      const separator = text[at]
      if ('values' in container) {
        if (container !== deepArray) container.values.push(value)
        if (separator === ',') {
          at += 1
          break
        }
        if (separator !== ']')
          fail(at >= text.length ? 'the text ends inside an array' : 'an array without a comma')
        value = container.values
      } else {
        const { object, name } = container
        if (container !== deepObject) object.add(name, value)
        if (separator === ',') {
          at += 1
          container.name = readName()
          break
        }
        if (separator !== '}')
          fail(at >= text.length ? 'the text ends inside an object' : 'an object without a comma')
        value = object
      }
      at += 1
      open.pop()
      if (open.length === maxJsonDepth) value = new JsonDeep(text.slice(deepStart, at))
    }
  }
}
