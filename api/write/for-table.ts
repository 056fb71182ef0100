import { Flaw } from '../plan/row-result.ts'
import type { TargetTable } from '../plan/target-table.ts'
import { isOver, type TableDoubt, tableDoubt } from './table-doubt.ts'
import { compareLookup, type TableLookup, type TableSchemas } from './table-schemas.ts'

/** Work that is planned for the key schema of a table: rows to write, keys to read. */
export interface TableWork<Plan> {
  /** Plans what is left of the work. */
  plan(table: TargetTable): Plan
  /**
   * Whether the plan holds what a table that was made anew with another key would cause.
   * @param ageMs how long ago the schema was looked at
   */
  isDoubtful(plan: Plan, ageMs: number): boolean
  /** Does the work. Whoever meets an answer that does not fit the schema raises the doubt, and stops when it is over. */
  carryOut(plan: Plan, table: TargetTable, doubt: TableDoubt): Promise<void>
}

/** How the work ended: done, or there is no table to do it for. */
export type TableEnd = { readonly kind: 'done' } | Exclude<TableLookup, { readonly kind: 'table' }>

/** A table that is made anew more often than this while it is worked on is left alone. */
const mostPlans = 3

/**
 * Finds a table and does work that was planned for its key schema; where the schema proves to be outdated, looks
 * again and plans anew. Schemas are remembered between batches, so each plan may be one for a table of the past.
 *
 * @returns `done`, `unknown` when there is no such table (any more), `unavailable` with the reason
 */
export const forTable = async <Plan>(
  schemas: TableSchemas,
  name: string,
  work: TableWork<Plan>,
  deadline: AbortSignal
): Promise<TableEnd> => {
  let lookup = await schemas.find(name, deadline)
  for (let plans = 1; plans <= mostPlans; plans += 1) {
    if (lookup.kind !== 'table') return lookup
    const { table, isFresh, ageMs = 0 } = lookup
    const plan = work.plan(table)
    if (!isFresh && work.isDoubtful(plan, ageMs)) {
      const again = await schemas.lookAgain(name, deadline)
      if (compareLookup(table, again) !== 'same') {
        lookup = again
        continue
      }
    }
    const doubt = tableDoubt(async (signal) => {
      const again = await schemas.lookAgain(name, signal)
      const check = compareLookup(table, again)
      if (check !== 'same') lookup = again
      return check
    })
    await work.carryOut(plan, table, doubt)
    if (!isOver(doubt)) return { kind: 'done' }
  }
  return lookup.kind === 'table'
    ? { kind: 'unavailable', reason: "the table's key schema keeps changing" }
    : lookup
}

/** The answer to a row whose table is not there. */
export const noSuchTable = new Flaw('unknown_table', 'no such table: create it, or check its name and Region')
