import type { LedgerStore } from '../ledger/ledger-store.ts'
import { runKeptSeconds, workersKey } from '../ledger/run-record.ts'
import type { Clock } from '../runtime/clock.ts'
import { leaseMs } from '../runtime/time-budgets.ts'
import { type Budget, budgetRate } from '../write/budget.ts'
import type { LoadDeps } from './load-deps.ts'
import { maxSliceBytes, maxSliceRows, type SliceLimit } from './slices-of.ts'

/** A worker's share of a run's own budget: slices of about a second, then waiting until they are paid. */
export interface RateShare {
  /** What the next slice may have. */
  limit(): SliceLimit
  /** The slice took so many units: how long to wait until this worker's share has paid for them. */
  owedMs(units: number, rows: number, sinceMs: number): Promise<number>
  /** Leaves the share to the others. */
  leave(): Promise<void>
}

/**
 * What a run may spend for itself; that it shares with others what all of them may is for the table's meters.
 * @returns write units a second; undefined for no limit
 */
export const budgetOfRun = async (
  { writer, meters, clock }: Pick<LoadDeps, 'writer' | 'meters' | 'clock'>,
  table: string,
  budget: Budget
): Promise<number | undefined> => {
  if (budget.maxShare === undefined) return budget.maxWcu
  const found = await writer.schemas.find(table, clock.deadline(schemaMs))
  const stated = found.kind === 'table' ? found.table.statedUnits : undefined
  // A ledger that does not answer now fails the visit elsewhere.
  return budgetRate(budget, stated, await meters?.get(table).catch(() => undefined))
}

const schemaMs = 10_000

/**
 * @param maxWcu write units a second for all workers of the run; undefined for no limit
 * @param member this worker's name, which counts as long as a lease unless it ends and says so: the budget is shared by those who are at work now
 */
export const openRateShare = async (
  { ledger, clock }: { readonly ledger: LedgerStore; readonly clock: Clock },
  run: string,
  member: string,
  maxWcu: number | undefined
): Promise<RateShare> => {
  if (maxWcu === undefined)
    return {
      limit: () => ({ rows: maxSliceRows, bytes: maxSliceBytes }),
      owedMs: async () => 0,
      leave: async () => {}
    }

  const readShare = async (untilMs: number): Promise<number> => {
    const nowMs = clock.now()
    const expiresAt = Math.floor(nowMs / 1000) + runKeptSeconds
    const members = await ledger.join(workersKey(run), member, untilMs, expiresAt)
    return maxWcu / Math.max(1, Object.values(members).filter((until) => until > nowMs).length)
  }
  let share = await readShare(clock.now() + leaseMs)
  let unitsPerRow: number | undefined

  return {
    limit: () => ({
      // The first slice is small: nobody has told yet how many units a row takes.
      rows: atLeastOne(
        unitsPerRow === undefined ? Math.min(100, share / 10) : Math.min(maxSliceRows, share / unitsPerRow)
      ),
      // A unit writes up to 1 KB: a slice of large rows is no more than a second's, either, before its price is known.
      bytes: Math.min(maxSliceBytes, share * 1024)
    }),
    async owedMs(units, rows, sinceMs) {
      unitsPerRow = Math.max(0.1, units / Math.max(1, rows))
      share = await readShare(clock.now() + leaseMs)
      return Math.max(0, (units / share) * 1000 - (clock.now() - sinceMs))
    },
    async leave() {
      await readShare(0)
    }
  }
}

const atLeastOne = (rows: number): number => Math.max(1, Math.floor(rows))
