import type { RowArguments } from '../decode/batch.ts'
import { JsonSpan } from '../json/json-span.ts'
import { JsonTextError, parseJson } from '../json/json-text.ts'
import type { JsonValue } from '../json/json-value.ts'
import { maxRowTextBytes, tooLongText } from '../json/long-text.ts'
import { type Mode, type RowOptions, readRowOptions } from '../plan/row-options.ts'
import { Flaw } from '../plan/row-result.ts'
import type { PlannedRow } from '../plan/row-to-plan.ts'
import type { TableList } from './table-list.ts'

/** A row whose arguments make sense; whether it can be written is for the plan to say. */
export interface AskedRow {
  readonly rowNumber: number
  readonly table: string
  /** The object as it came. */
  readonly item: JsonSpan
  readonly options: RowOptions
  /** An earlier attempt may have brought it into the table. */
  readonly isMaybeTaken: boolean
}

/** A row of a batch: what is asked, or planned already, or why that makes no sense. */
export type BatchRow =
  | AskedRow
  | (PlannedRow & { readonly table: string })
  | { readonly rowNumber: number; readonly flaw: Flaw }

/** The same of a row that is not planned yet. */
export type ReadRow = Exclude<BatchRow, PlannedRow>

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
 * Reads the arguments (table, item or key, options) of the rows of one batch.
 *
 * @param isAllowed tables that this call may touch
 * @param only the one mode of the route, if it has one
 */
export const readRow = (isAllowed: TableList, only?: Mode) => {
  const tableOf = sameAsBefore((table) => readTable(table, isAllowed))
  const optionsOf = sameAsBefore((options) =>
    options.length > maxOptionsBytes
      ? new Flaw(
          'invalid_options',
          `the options have ${options.length} bytes of text, at most ${maxOptionsBytes} are read`
        )
      : readOptions(options.value(), only)
  )
  const none = readRowOptions(null, only)

  return (args: RowArguments, rowNumber: number, isMaybeTaken = false): ReadRow => {
    const sentTable = args[0]
    const item = args[1]
    const sentOptions = args[2]
    const table = sentTable === undefined ? noTable : tableOf(sentTable)
    if (table instanceof Flaw) return { rowNumber, flaw: table }
    const options = sentOptions === undefined ? none : optionsOf(sentOptions)
    if (options instanceof Flaw) return { rowNumber, flaw: options }
    const object = item?.isObject() ? item : item && unwrapped(item)
    if (object === undefined)
      return { rowNumber, flaw: new Flaw('not_an_object', notAnObject(item?.value() ?? null, only)) }
    return object.length > maxRowTextBytes
      ? { rowNumber, flaw: new Flaw('item_too_large', tooLongText(object.length)) }
      : { rowNumber, table, item: object, options, isMaybeTaken }
  }
}

/** The rows of a batch name the same table and options, as a rule: what follows from them is found once. */
const sameAsBefore = <T>(read: (span: JsonSpan) => T): ((span: JsonSpan) => T) => {
  let before: { readonly span: JsonSpan; readonly made: T } | undefined
  return (span) => {
    if (before === undefined || !span.equals(before.span)) before = { span, made: read(span) }
    return before.made
  }
}

/** Types of all columns, named twice over, take some 100 KB. */
const maxOptionsBytes = 1024 * 1024

const noTable = new Flaw('table_not_allowed', 'the table name is not text: pass it as the first argument')

const readTable = (sent: JsonSpan, isAllowed: TableList): string | Flaw => {
  const table = sent.isText() ? sent.value() : undefined
  if (typeof table !== 'string') return noTable
  return isAllowed(table)
    ? table
    : new Flaw(
        'table_not_allowed',
        `this table is not on the allow-list PUSH_TABLES of the service${isAllowed.hint?.(table) ?? ''}`
      )
}

const readOptions = (options: JsonValue, only: Mode | undefined): RowOptions | Flaw => {
  const read = typeof options === 'string' ? readJson(options) : undefined
  return readRowOptions(read === undefined ? options : read, only)
}

/** An OBJECT argument may arrive as JSON or as a string that holds JSON. */
const unwrapped = (item: JsonSpan): JsonSpan | undefined => {
  const text = item.isText() ? item.value() : undefined
  const object = typeof text === 'string' ? JsonSpan.of(text) : undefined
  return object?.isObject() ? object : undefined
}

const notAnObject = (item: JsonValue, only: Mode | undefined): string => {
  const what = only === 'delete' ? 'key' : 'item'
  if (item === null) return `the ${what} is NULL`
  if (typeof item === 'string')
    return `the ${what} is text that is not a JSON object: use OBJECT_CONSTRUCT(...)`
  return `the ${what} is not an object: use OBJECT_CONSTRUCT(...)`
}
