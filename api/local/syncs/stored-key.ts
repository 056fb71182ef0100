import { parseJson } from '../../json/json-text.ts'
import { JsonNumber, JsonObject, type JsonValue } from '../../json/json-value.ts'
import { toJsonText } from '../../json/to-json-text.ts'
import { attributeName, type NameCase, nameCases } from '../../plan/attribute-name.ts'
import { fillKeyTemplate, readKeyTemplate } from '../../plan/key-template.ts'

const member = (push: JsonObject, option: string): JsonObject => {
  const value = push.get(option)
  return value instanceof JsonObject ? value : new JsonObject()
}

/** A number whose attribute is declared as text is stored as its text. */
const typed = (value: JsonValue, type: JsonValue | undefined): JsonValue =>
  type === 'S' && value instanceof JsonNumber ? value.text : value

/**
 * The key as `get_from_dynamo` takes it: `{"CUSTOMER_ID":"c1"}` is stored under `customer_id` when the rows are pushed
 * with `names: 'lower'`; options `rename`, `keys` and `types` count, too.
 *
 * @param itemKey the key columns of a row, JSON text
 * @returns JSON text
 */
export const storedKey = (itemKey: string, push: JsonObject): string => {
  const columns = parseJson(itemKey) as JsonObject
  const [rename, types, keys] = ['rename', 'types', 'keys'].map((option) => member(push, option))
  const names = nameCases.find((name) => name === push.get('names')) ?? ('as_is' satisfies NameCase)
  const key = new JsonObject()
  for (const [column, value] of columns) {
    const name = rename?.get(column) ?? attributeName(column, names)
    key.set(String(name), typed(value, types?.get(String(name))))
  }
  for (const [name, template] of keys ?? []) {
    const read = readKeyTemplate(String(template))
    const filled = read && fillKeyTemplate(read, columns)
    key.set(name, filled && 'text' in filled ? filled.text : null)
  }
  return toJsonText(key)
}
