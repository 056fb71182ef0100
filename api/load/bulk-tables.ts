import { tableList } from '../batch/table-list.ts'

/** Says whether a manifest that no call announced may load into a table, or delete from it. */
export type BulkTables = (table: string, isDeleting: boolean) => boolean

/** A table, with `*` as wildcard, and whether its items may be deleted. */
export type BulkTable = string | { readonly table: string; readonly deletes: boolean }

/**
 * Whoever may write under `unload/` or `drop/` in the bucket can start such a run, without being granted any
 * function: so it is confined to these tables. Without a list it may load into any table of the service, and delete
 * from none.
 */
export const bulkTables = (tables: readonly BulkTable[] | undefined): BulkTables => {
  if (tables === undefined) return (_table, isDeleting) => !isDeleting
  const entries = tables.map((each) => (typeof each === 'string' ? { table: each, deletes: false } : each))
  const listed = entries.map(({ table, deletes }) => ({ isNamed: tableList(table), deletes }))
  return (table, isDeleting) =>
    listed.some(({ isNamed, deletes }) => isNamed(table) && (deletes || !isDeleting))
}
