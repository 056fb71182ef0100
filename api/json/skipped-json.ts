import { closeArray, closeObject, openArray, openObject, quote } from './ascii.ts'
import type { JsonReader } from './json-reader.ts'
import { JsonDeep } from './json-value.ts'

/** Empty ones are many where there are too many. */
const uncounted = { '[]': new JsonDeep('[]', 'count'), '{}': new JsonDeep('{}', 'count') }

/** What closes the arrays and objects that are open: a byte each. Used by one text at a time. */
let closers = new Uint8Array(256)

/**
 * Reads over an array or object without making anything of it: it is JSON to the last bracket, and stays text.
 *
 * @throws JsonTextError when it is not JSON
 */
export const skipped = (reader: JsonReader, beyond: JsonDeep['beyond']): JsonDeep => {
  const { text, at: start } = reader
  let depth = 0
  for (;;) {
    reader.skipSpace()
    const first = text.charCodeAt(reader.at)
    if (first === openArray || first === openObject) {
      const closer = first === openArray ? closeArray : closeObject
      reader.at += 1
      reader.skipSpace()
      if (text.charCodeAt(reader.at) !== closer) {
        if (depth === closers.length) closers = grown(closers)
        closers[depth] = closer
        depth += 1
        if (closer === closeObject) reader.name()
        continue
      }
      reader.at += 1
    } else if (first === quote) reader.string()
    else reader.scalar()
    for (;;) {
      if (depth === 0) return kept(text.slice(start, reader.at), beyond)
      reader.skipSpace()
      const isArray = closers[depth - 1] === closeArray
      const separator = text[reader.at]
      if (separator === ',') {
        reader.at += 1
        if (!isArray) reader.name()
        break
      }
      if (separator !== (isArray ? ']' : '}')) reader.failInside(isArray ? '[' : '{')
      reader.at += 1
      depth -= 1
    }
  }
}

const kept = (text: string, beyond: JsonDeep['beyond']): JsonDeep =>
  beyond === 'count' && (text === '[]' || text === '{}') ? uncounted[text] : new JsonDeep(text, beyond)

const grown = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  const more = new Uint8Array(bytes.length * 2)
  more.set(bytes)
  return more
}
