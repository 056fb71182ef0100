import type { LedgerStore } from '../ledger/ledger-store.ts'
import { runKeptSeconds, workersKey } from '../ledger/run-record.ts'
import type { Clock } from '../write/clock.ts'
import { maxSliceRows } from './slices-of.ts'

/** A worker's share of a run's budget (`max_wcu`): slices of about a second, then waiting until they are paid. */
export interface RateShare {
  /** Rows that the next slice may have. */
  mostRows(): number
  /** The slice took so many units: how long to wait until this worker's share has paid for them. */
  owedMs(units: number, rows: number, sinceMs: number): Promise<number>
  /** Leaves the share to the others. */
  leave(): Promise<void>
}

/** Who says nothing for so long does not count any more; a worker that ends says so. */
const memberMs = 60_000

/**
 * @param maxWcu write units a second for all workers of the run; undefined for no limit
 * @param member this worker's name: the budget is shared by those who are at work now
 */
export const openRateShare = async (
  { ledger, clock }: { readonly ledger: LedgerStore; readonly clock: Clock },
  run: string,
  member: string,
  maxWcu: number | undefined
): Promise<RateShare> => {
  if (maxWcu === undefined)
    return { mostRows: () => maxSliceRows, owedMs: async () => 0, leave: async () => {} }

  const readShare = async (untilMs: number): Promise<number> => {
    const nowMs = clock.now()
    const expiresAt = Math.floor(nowMs / 1000) + runKeptSeconds
    const members = await ledger.join(workersKey(run), member, untilMs, expiresAt)
    return maxWcu / Math.max(1, Object.values(members).filter((until) => until > nowMs).length)
  }
  let share = await readShare(clock.now() + memberMs)
  let unitsPerRow: number | undefined

  return {
    mostRows: () =>
      // The first slice is small: nobody has told yet how many units a row takes.
      unitsPerRow === undefined
        ? Math.max(1, Math.min(100, Math.floor(share / 10)))
        : Math.max(1, Math.min(maxSliceRows, Math.floor(share / unitsPerRow))),
    async owedMs(units, rows, sinceMs) {
      unitsPerRow = Math.max(0.1, units / Math.max(1, rows))
      share = await readShare(clock.now() + memberMs)
      return Math.max(0, (units / share) * 1000 - (clock.now() - sinceMs))
    },
    async leave() {
      await readShare(0)
    }
  }
}
