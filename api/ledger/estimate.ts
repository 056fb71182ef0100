import type { WouldBe } from '../plan/dry-tally.ts'

/** What a run was thought to take when it was opened, or what a dry run has found that it would. */
export interface Estimate {
  readonly rows: number
  /** Of the items, as DynamoDB counts them. */
  readonly bytes: number
  /** Index writes included. */
  readonly write_units: number
  /** US dollars, as decimal text. */
  readonly dollars: string
  /** At what the table takes, or at the budget; null where it does not say. */
  readonly seconds: number | null
}

/** What the writes of a dry run add up to. */
export interface DryTotals extends WouldBe {
  /** Not rounded; null where the table does not say what it takes. */
  readonly seconds: number | null
}

export const noTotals: DryTotals = { rows: 0, bytes: 0, tableUnits: 0, indexUnits: 0, seconds: 0 }

export const addTotals = (a: DryTotals, b: DryTotals): DryTotals => ({
  rows: a.rows + b.rows,
  bytes: a.bytes + b.bytes,
  tableUnits: a.tableUnits + b.tableUnits,
  indexUnits: a.indexUnits + b.indexUnits,
  seconds: a.seconds === null || b.seconds === null ? null : a.seconds + b.seconds
})
