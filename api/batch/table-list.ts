import { listSeparator } from '../decode/batch-headers.ts'
import { nearest } from '../json/nearest.ts'
import { ledgerTableName } from '../ledger/ledger-store.ts'

/** Says whether a table may be touched. */
export interface TableList {
  (table: string): boolean
  /** What may help whoever named a table that is not on the list; empty for none. */
  readonly hint?: (table: string) => string
}

/** The table that was probably meant: DynamoDB tells names apart by their case. */
const hintOf =
  (names: readonly string[], cure: string) =>
  (table: string): string => {
    const sameButCase = names.find((name) => name.toLowerCase() === table.toLowerCase())
    if (sameButCase !== undefined) return `; ${sameButCase} is: names differ by case`
    const meant = nearest(table, names)
    const parts = [...(meant === undefined ? [] : [`did you mean ${meant}?`]), ...(cure === '' ? [] : [cure])]
    return parts.length === 0 ? '' : `; ${parts.join(' ')}`
  }

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const longestName = 255

/**
 * An allow-list such as `orders,customer_*` → a test of table names. An entry may be the ARN of a table, which stands for
 * its name; that it is of this account and Region is what IAM sees to. `*` stands for any characters; nothing
 * else is special, and letter case counts, as in DynamoDB. The ledger is on no list: whoever could write rows
 * into it could have the loader move and read any object of the bucket.
 *
 * @param ledger the ledger's table of this deployment
 * @param cure what else helps where this list is in force
 */
export const tableList = (text: string, ledger = ledgerTableName, cure = ''): TableList => {
  const patterns = entriesOf(text).map((pattern) => pattern.split('*'))
  const isListed = (table: string): boolean =>
    // Callers choose the text: what cannot be a table's name is not looked at.
    table.length <= longestName && table !== ledger && patterns.some((parts) => matches(parts, table))
  return Object.assign(isListed, { hint: hintOf(exactNames(text), cure) })
}

const entriesOf = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim().replace(/^arn:[^/]*:table\//, ''))
    .filter((entry) => entry !== '')

/** The tables that an allow-list calls by their whole names. */
export const exactNames = (text: string): readonly string[] =>
  entriesOf(text).filter((entry) => !entry.includes('*'))

export const hasWildcard = (text: string): boolean => text.includes('*')

/**
 * A list, narrowed by `HEADERS = ('push-tables' = …)` of a function: a grant on the function is one on its tables.
 * Where there are several lists a table must be on each of them.
 */
export const narrowedBy = (isAllowed: TableList, pushTables: string | undefined): TableList => {
  if (pushTables === undefined) return isAllowed
  const lists = pushTables.split(listSeparator).map((list) => tableList(list))
  return (table) => isAllowed(table) && lists.every((isNamed) => isNamed(table))
}

/** Whether a text is these parts with anything between them, in time that grows with its length alone. */
const matches = ([first = '', ...parts]: readonly string[], text: string): boolean => {
  const last = parts.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of parts) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}
