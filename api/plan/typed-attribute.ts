import { JsonDeep, JsonNumber, JsonObject, type JsonValue, JsonWord } from '../json/json-value.ts'
import { type AttributeValue, toAttribute, toNumber, toText } from './attribute.ts'
import { toEpoch } from './epoch.ts'
import { Flaw, named } from './row-result.ts'
import { bytesOf, textOf, toSet } from './set-attribute.ts'

/** What the option `types` may ask for, by attribute. */
export const attributeTypes = ['S', 'N', 'B', 'BOOL', 'SS', 'NS', 'BS', 'M', 'L', 'epoch'] as const
export type AttributeType = (typeof attributeTypes)[number]

/** Reads text that holds JSON; undefined when it is not JSON. Handed in: decode/ parses, plan/ does not. */
export type ReadJson = (text: string) => JsonValue | undefined

/**
 * One value (not null) as the type that the caller asked for.
 *
 * Text may hold a set, list or map as JSON, because a CSV cell has no other way to say it.
 */
export const toTypedAttribute = (
  value: JsonValue,
  type: AttributeType,
  name: string,
  readJson: ReadJson
): AttributeValue | Flaw => {
  if (value instanceof JsonWord || value instanceof JsonDeep) return toAttribute(value, name)
  const unfit = (wanted: string): Flaw =>
    new Flaw('unsupported_value', `attribute ${named(name)} is to be ${type}, which takes ${wanted}`)

  switch (type) {
    case 'S': {
      const text = textOf(value)
      return text === undefined ? unfit('text, a number or a boolean') : toText(text, name)
    }
    case 'N': {
      const digits = value instanceof JsonNumber ? value.text : value
      return typeof digits === 'string' ? toNumber(digits, name) : unfit('a number, or text that is one')
    }
    case 'B': {
      const bytes = bytesOf(value)
      return bytes === undefined ? unfit('base64 text') : { B: bytes }
    }
    case 'BOOL':
      if (value === true || value === 'true') return { BOOL: true }
      if (value === false || value === 'false') return { BOOL: false }
      return unfit('true or false')
    case 'epoch': {
      const seconds = typeof value === 'string' ? toEpoch(value) : undefined
      return seconds === undefined ? unfit("an ISO timestamp such as '2026-11-24T10:00:00Z'") : { N: seconds }
    }
    case 'M': {
      const object = typeof value === 'string' ? readJson(value) : value
      return object instanceof JsonObject ? toAttribute(object, name) : unfit('an object')
    }
    case 'L': {
      const list = typeof value === 'string' ? readJson(value) : value
      return Array.isArray(list) ? toAttribute(list, name) : unfit('an array')
    }
    case 'SS':
    case 'NS':
    case 'BS': {
      const members = typeof value === 'string' ? readJson(value) : value
      return Array.isArray(members) ? toSet(members, type, name) : unfit('an array')
    }
    default:
      return type satisfies never
  }
}
