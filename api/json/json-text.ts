import { JsonReader } from './json-reader.ts'
import { JsonObject, type JsonValue, maxJsonContainers, maxJsonDepth } from './json-value.ts'
import { skipped } from './skipped-json.ts'

export { JsonTextError } from './json-reader.ts'

type Container = { readonly values: JsonValue[] } | { readonly object: JsonObject; name: string }

/**
 * Parses JSON text (RFC 8259) without losing what JSON.parse loses: digits of numbers, names sent twice, and
 * `__proto__`. Where a value stands, `NaN`, `inf`, `Infinity` and `undefined` are read as words; arrays and objects that stand
 * deeper than `maxJsonDepth`, or after `maxJsonContainers` others, stay text: whether a row can do without either is for the plan to say.
 *
 * @throws JsonTextError when the text is not one JSON value.
 */
export const parseJson = (text: string): JsonValue => {
  const reader = new JsonReader(text)
  const open: Container[] = []
  let containers = 0
  for (;;) {
    reader.skipSpace()
    let value: JsonValue
    const first = text[reader.at]
    if (first === '"') value = reader.string()
    else if ((first === '[' || first === '{') && containers >= maxJsonContainers)
      value = skipped(reader, 'count')
    else if (first === '[') {
      const start = reader.at
      containers += 1
      reader.at += 1
      reader.skipSpace()
      const values: JsonValue[] = []
      if (text[reader.at] === ']') {
        reader.at += 1
        value = values
      } else if (open.length < maxJsonDepth) {
        open.push({ values })
        continue
      } else {
        reader.at = start
        value = skipped(reader, 'depth')
      }
    } else if (first === '{') {
      const start = reader.at
      containers += 1
      reader.at += 1
      reader.skipSpace()
      const object = new JsonObject()
      if (text[reader.at] === '}') {
        reader.at += 1
        value = object
      } else if (open.length < maxJsonDepth) {
        open.push({ object, name: reader.name() })
        continue
      } else {
        reader.at = start
        value = skipped(reader, 'depth')
      }
    } else value = reader.scalar()

    for (;;) {
      const container = open.at(-1)
      reader.skipSpace()
      if (container === undefined) {
        if (reader.at < text.length) reader.fail('something after the end of the value')
        return value
      }
      const separator = text[reader.at]
      if ('values' in container) {
        container.values.push(value)
        if (separator === ',') {
          reader.at += 1
          break
        }
        if (separator !== ']') reader.failInside('[')
        value = container.values
      } else {
        const { object, name } = container
        object.add(name, value)
        if (separator === ',') {
          reader.at += 1
          container.name = reader.name()
          break
        }
        if (separator !== '}') reader.failInside('{')
        value = object
      }
      reader.at += 1
      open.pop()
    }
  }
}
