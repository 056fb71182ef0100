import type { RowArguments } from '../decode/batch.ts'
import { JsonTextError, parseJson } from '../json/json-text.ts'
import { JsonObject, type JsonValue } from '../json/json-value.ts'
import { type Mode, type RowOptions, readRowOptions } from '../plan/row-options.ts'
import { Flaw } from '../plan/row-result.ts'
import type { TableList } from './table-list.ts'

/** A row whose arguments make sense; whether it can be written is for the plan to say. */
export interface AskedRow {
  readonly rowNumber: number
  readonly table: string
  readonly item: JsonObject
  readonly options: RowOptions
}

/** Text that holds JSON → its value; undefined when it is not JSON. */
export const readJson = (text: string): JsonValue | undefined => {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof JsonTextError) return undefined
    throw error
  }
}

/**
 * The arguments (table, item or key, options) of one row, read.
 *
 * @param isAllowed tables that this call may touch
 * @param only the one mode of the route, if it has one
 */
export const readRow =
  (isAllowed: TableList, only?: Mode) =>
  ([table = null, item = null, options = null]: RowArguments, rowNumber: number): AskedRow | Flaw => {
    if (typeof table !== 'string')
      return new Flaw('table_not_allowed', 'the table name is not text: pass it as the first argument')
    if (!isAllowed(table))
      return new Flaw('table_not_allowed', 'this table is not on the allow-list PUSH_TABLES of the service')
    const sent = unwrapped(options)
    const read = readRowOptions(sent === undefined ? options : sent, only)
    if (read instanceof Flaw) return read
    const object = unwrapped(item)
    if (!(object instanceof JsonObject)) return new Flaw('not_an_object', notAnObject(item, only))
    return { rowNumber, table, item: object, options: read }
  }

/** An OBJECT argument may arrive as JSON or as a string that holds JSON. */
const unwrapped = (value: JsonValue): JsonValue | undefined =>
  typeof value === 'string' ? readJson(value) : value

const notAnObject = (item: JsonValue, only: Mode | undefined): string => {
  const what = only === 'delete' ? 'key' : 'item'
  if (item === null) return `the ${what} is NULL`
  if (typeof item === 'string')
    return `the ${what} is text that is not a JSON object: use OBJECT_CONSTRUCT(...)`
  return `the ${what} is not an object: use OBJECT_CONSTRUCT(...)`
}
