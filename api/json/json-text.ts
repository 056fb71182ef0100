import {
  JsonDeep,
  JsonNumber,
  JsonObject,
  type JsonValue,
  JsonWord,
  maxJsonContainers,
  maxJsonDepth
} from './json-value.ts'

/**
 * The text is not JSON. The message says where and what is wrong and never repeats the text itself, because
 * that is customers' data.
 */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError'
}

const quote = 0x22
const backslash = 0x5c
const openArray = 0x5b
const closeArray = 0x5d
const openObject = 0x7b
const closeObject = 0x7d
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
/** NaN and infinities in any spelling, and the word undefined. */
export const bareWord = /-?(?:nan|infinity|inf)|undefined/iy
/** What may stand after a backslash, besides `u`. */
const escaped: ReadonlySet<string> = new Set('"\\/bfnrt')

type Container = { readonly values: JsonValue[] } | { readonly object: JsonObject; name: string }

/** Empty ones are many where there are too many. */
const uncounted = { '[]': new JsonDeep('[]', 'count'), '{}': new JsonDeep('{}', 'count') }

/** What closes the arrays and objects that are open in one that is too deep: a byte each. Used by one text at a time. */
let closers = new Uint8Array(256)

/**
 * Parses JSON text (RFC 8259) without losing what JSON.parse loses: digits of numbers, names sent twice, and
 * `__proto__`. Where a value stands, `NaN`, `inf`, `Infinity` and `undefined` are read as words; arrays and objects that stand
 * deeper than `maxJsonDepth`, or after `maxJsonContainers` others, stay text: whether a row can do without either is for the plan to say.
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

  const skipEscape = (): void => {
    const letter = text[at + 1] ?? ''
    if (letter === 'u') {
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6)))
        fail('a \\u escape without four hexadecimal digits')
      at += 6
    } else if (escaped.has(letter)) at += 2
    else fail('an unknown escape in a string')
  }

  const readString = (): string => {
    const start = at
    let isEscaped = false
    at += 1
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === quote) {
        at += 1
        // Pieces that are put together one by one take thirty times the memory of a text of escapes.
        return isEscaped ? (JSON.parse(text.slice(start, at)) as string) : text.slice(start + 1, at - 1)
      }
      if (code === backslash) {
        isEscaped = true
        skipEscape()
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
    if (number.test(text)) {
      const start = at
      at = number.lastIndex
      return new JsonNumber(text.slice(start, at))
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

  /** Reads over an array or object. */
  const skipped = (beyond: JsonDeep['beyond']): JsonDeep => {
    const start = at
    let depth = 0
    for (;;) {
      skipSpace()
      const first = text.charCodeAt(at)
      if (first === openArray || first === openObject) {
        const closer = first === openArray ? closeArray : closeObject
        at += 1
        skipSpace()
        if (text.charCodeAt(at) !== closer) {
          if (depth === closers.length) closers = grown(closers)
          closers[depth] = closer
          depth += 1
          if (closer === closeObject) readName()
          continue
        }
        at += 1
      } else if (first === quote) readString()
      else readScalar()
      for (;;) {
        if (depth === 0)
          return at - start === 2 && beyond === 'count'
            ? uncounted[first === openArray ? '[]' : '{}']
            : new JsonDeep(text.slice(start, at), beyond)
        skipSpace()
        const isArray = closers[depth - 1] === closeArray
        const separator = text[at]
        if (separator === ',') {
          at += 1
          if (!isArray) readName()
          break
        }
        if (separator !== (isArray ? ']' : '}')) failInside(isArray)
        at += 1
        depth -= 1
      }
    }
  }

  const failInside = (isArray: boolean): never => {
    const what = isArray ? 'an array' : 'an object'
    return fail(at >= text.length ? `the text ends inside ${what}` : `${what} without a comma`)
  }

  const open: Container[] = []
  let containers = 0
  for (;;) {
    skipSpace()
    let value: JsonValue
    const first = text[at]
    if (first === '"') value = readString()
    else if ((first === '[' || first === '{') && containers >= maxJsonContainers) value = skipped('count')
    else if (first === '[') {
      const start = at
      containers += 1
      at += 1
      skipSpace()
      const values: JsonValue[] = []
      if (text[at] === ']') {
        at += 1
        value = values
      } else if (open.length < maxJsonDepth) {
        open.push({ values })
        continue
      } else {
        at = start
        value = skipped('depth')
      }
    } else if (first === '{') {
      const start = at
      containers += 1
      at += 1
      skipSpace()
      const object = new JsonObject()
      if (text[at] === '}') {
        at += 1
        value = object
      } else if (open.length < maxJsonDepth) {
        open.push({ object, name: readName() })
        continue
      } else {
        at = start
        value = skipped('depth')
      }
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
        container.values.push(value)
        if (separator === ',') {
          at += 1
          break
        }
        if (separator !== ']') failInside(true)
        value = container.values
      } else {
        const { object, name } = container
        object.add(name, value)
        if (separator === ',') {
          at += 1
          container.name = readName()
          break
        }
        if (separator !== '}') failInside(false)
        value = object
      }
      at += 1
      open.pop()
    }
  }
}

const grown = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  const more = new Uint8Array(bytes.length * 2)
  more.set(bytes)
  return more
}
