import type { JsonObject, JsonValue } from '../json/json-value.ts'
import { nameFlaw } from './attribute.ts'
import { attributeName } from './attribute-name.ts'
import type { RowOptions } from './row-options.ts'
import { Flaw, named } from './row-result.ts'

/**
 * A row's columns under the names that they get in DynamoDB (options `rename`, then `names`).
 *
 * @param needed the only attributes that matter, or undefined for all: a delete looks at its key only
 */
export const namedColumns = (
  item: JsonObject,
  { names, rename }: RowOptions,
  needed: ReadonlySet<string> | undefined
): Map<string, JsonValue> | Flaw => {
  if (item.repeated !== undefined)
    return new Flaw('duplicate_attribute', `the row holds the name ${named(item.repeated)} twice`)
  const columns = new Map<string, JsonValue>()
  for (const [column, value] of item) {
    const name = rename.get(column) ?? attributeName(column, names)
    if (needed && !needed.has(name)) continue
    if (columns.has(name))
      return new Flaw(
        'duplicate_attribute',
        `two columns become attribute ${named(name)}, one of them ${named(column)}: use option rename`
      )
    const flaw = nameFlaw(name)
    if (flaw) return flaw
    columns.set(name, value)
  }
  return columns
}
