import { ledgerTableName } from '../ledger/ledger-store.ts'

/** Says whether a table may be touched. */
export type TableList = (table: string) => boolean

/**
 * An allow-list such as `orders,customer_*` → a test of table names. `*` stands for any characters; nothing
 * else is special, and letter case counts, as in DynamoDB. The ledger is on no list: whoever could write rows
 * into it could have the loader move and read any object of the bucket.
 */
export const tableList = (text: string): TableList => {
  const patterns = entriesOf(text).map(
    (pattern) => new RegExp(`^${pattern.split('*').map(escapeText).join('.*')}$`, 's')
  )
  return (table) => table !== ledgerTableName && patterns.some((pattern) => pattern.test(table))
}

const entriesOf = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')

/** The tables that an allow-list calls by their whole names. */
export const exactNames = (text: string): readonly string[] =>
  entriesOf(text).filter((entry) => !entry.includes('*'))

export const hasWildcard = (text: string): boolean => text.includes('*')

/** A list, narrowed by `HEADERS = ('push-tables' = …)` of a function: a grant on the function is one on its tables. */
export const narrowedBy = (isAllowed: TableList, pushTables: string | undefined): TableList => {
  if (pushTables === undefined) return isAllowed
  const isNamed = tableList(pushTables)
  return (table) => isAllowed(table) && isNamed(table)
}

const escapeText = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
