import type { TargetTable } from '../plan/target-table.ts'
import { type Budget, budgetRate } from '../write/budget.ts'
import type { LoadDeps } from './load-deps.ts'

/** Seconds of units at what the table takes, stated or seen, or at the budget; null where it does not say. */
export const secondsOf = async (
  { meters }: Pick<LoadDeps, 'meters'>,
  { tableUnits, indexUnits }: { readonly tableUnits: number; readonly indexUnits: number },
  { table, options: { maxWcu, maxShare } }: { readonly table: TargetTable; readonly options: Budget }
): Promise<number | null> => {
  const meter = await meters?.get(table.name).catch(() => undefined)
  const isBudgeted = maxWcu !== undefined || maxShare !== undefined
  if (!isBudgeted && table.statedUnits === undefined && meter === undefined) return null
  const rate = budgetRate({ maxWcu, maxShare }, table.statedUnits, meter)
  // A budget counts index writes; an index has a capacity of its own beside the table's.
  return (isBudgeted ? tableUnits + indexUnits : tableUnits) / rate
}
