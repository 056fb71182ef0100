import { itemAfter } from './item-after.ts'
import { itemBytes } from './item-size.ts'
import type { PlannedWrite } from './planned-write.ts'
import type { RowResult } from './row-result.ts'
import type { TargetTable } from './target-table.ts'
import { writeCost } from './write-cost.ts'

/** What the writes of a dry run would be, as if the table were empty. */
export interface WouldBe {
  readonly rows: number
  /** Of the items, as DynamoDB counts them. */
  readonly bytes: number
  readonly tableUnits: number
  readonly indexUnits: number
}

const nothing: WouldBe = { rows: 0, bytes: 0, tableUnits: 0, indexUnits: 0 }

const added = (a: WouldBe, b: WouldBe): WouldBe => ({
  rows: a.rows + b.rows,
  bytes: a.bytes + b.bytes,
  tableUnits: a.tableUnits + b.tableUnits,
  indexUnits: a.indexUnits + b.indexUnits
})

/** Adds up what the writes of a dry run would be. */
export interface DryTally {
  /** A row that is planned again counts as it was planned last. */
  add(write: PlannedWrite, table: TargetTable): void
  /** Of the rows that are valid, on top of what there was before; that alone where no row was of a dry run. */
  totals(results: ReadonlyMap<number, RowResult>, before: WouldBe | undefined): WouldBe | undefined
}

export const dryTally = (): DryTally => {
  /** By the first row of each write. */
  const byRow = new Map<number, WouldBe>()
  return {
    add(write, table) {
      const item = itemAfter(write, undefined)
      const units = writeCost(undefined, item, table)
      for (const { rowNumber } of write.rows) byRow.delete(rowNumber)
      byRow.set(write.rows[0]?.rowNumber ?? 0, {
        rows: write.rows.length,
        bytes: item ? itemBytes(item) : 0,
        tableUnits: units.table,
        indexUnits: units.indexes
      })
    },
    totals(results, before) {
      const valid = [...byRow].filter(([row]) => results.get(row)?.status === 'valid')
      return valid.length === 0 ? before : valid.reduce((all, [, one]) => added(all, one), before ?? nothing)
    }
  }
}
