import { addTotals, type DryTotals, noTotals } from '../ledger/estimate.ts'
import { itemBytes } from '../plan/item-size.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import type { RowResult } from '../plan/row-result.ts'
import { writeCost } from '../plan/write-cost.ts'
import type { Budget } from '../write/budget.ts'
import type { LoadDeps } from './load-deps.ts'
import { itemAfter } from './plan-price.ts'
import { secondsOf } from './seconds-of.ts'

/** Adds up what the writes of a dry run would be, as if the table were empty. */
export interface DryTally {
  /** A row that is planned again counts as it was planned last. */
  add(write: PlannedWrite): void
  /** Of the rows that are valid. */
  totals(results: ReadonlyMap<number, RowResult>): Promise<DryTotals>
}

/** @returns undefined where the table does not tell how it is made */
export const dryTally = async (
  { writer, meters }: Pick<LoadDeps, 'writer' | 'meters'>,
  name: string,
  options: Budget,
  deadline: AbortSignal
): Promise<DryTally | undefined> => {
  const found = await writer.schemas.find(name, deadline)
  if (found.kind !== 'table') return undefined
  const { table: made } = found
  const byRow = new Map<number, DryTotals>()
  return {
    add(write) {
      const item = itemAfter(write, undefined)
      const { table, indexes } = writeCost(undefined, item, made)
      byRow.set(write.rows[0]?.rowNumber ?? 0, {
        rows: write.rows.length,
        bytes: item ? itemBytes(item) : 0,
        tableUnits: table,
        indexUnits: indexes,
        seconds: 0
      })
    },
    async totals(results) {
      const sum = [...byRow]
        .filter(([row]) => results.get(row)?.status === 'valid')
        .reduce((all, [, one]) => addTotals(all, one), noTotals)
      return { ...sum, seconds: await secondsOf({ meters }, sum, { table: made, options }) }
    }
  }
}
