import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { type JsonObject, JsonWord } from '../json/json-value.ts'
import { toAttribute } from './attribute.ts'
import { type Key, keyOf } from './key.ts'
import { Flaw, named } from './row-result.ts'
import type { TargetTable } from './target-table.ts'
import { toTypedAttribute } from './typed-attribute.ts'

/**
 * The key of a row that is to be read. Other members do not matter. A binary key comes as base64, because a
 * read has no options that could say so.
 */
export const planKey = (item: JsonObject, table: TargetTable): Key | Flaw => {
  if (item.repeated !== undefined)
    return new Flaw('duplicate_attribute', `the key holds the name ${named(item.repeated)} twice`)
  const attributes = new Map<string, AttributeValue>()
  for (const { name, type } of table.keys) {
    const value = item.get(name)
    if (value === undefined) continue
    // Unlike a row, a read has no option that could make something of it.
    if (value instanceof JsonWord)
      return new Flaw(
        'unsupported_value',
        `key ${named(name)} is NaN, infinite or undefined, which no item has`
      )
    const made =
      type === 'B' && typeof value === 'string'
        ? toTypedAttribute(value, 'B', name, () => undefined)
        : toAttribute(value, name)
    if (made instanceof Flaw) return made
    attributes.set(name, made)
  }
  return keyOf(attributes, table, item.keys(), 'sql')
}
