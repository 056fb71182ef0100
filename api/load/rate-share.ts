import type { LedgerStore } from '../ledger/ledger-store.ts'
import { runKeptSeconds, workersKey } from '../ledger/run-record.ts'
import type { Clock } from '../write/clock.ts'
import { maxSliceRows } from './slices-of.ts'

/** A worker's share of a run's budget (`max_wcu`): slices of about a second, then waiting until they are paid. */
export interface RateShare {
  /** Rows that the next slice may have. */
  mostRows(): number
  /** The slice consumed so many units for so many rows: waits until its share of time is over. */
  paid(units: number, rows: number, sinceMs: number, signal: AbortSignal): Promise<void>
}

const memberMs = 60_000

/**
 * @param maxWcu write units a second for all workers of the run; undefined for no limit
 * @param member this worker's name: the budget is shared by those who were here in the last minute
 */
export const rateShare = (
  ledger: LedgerStore,
  clock: Clock,
  run: string,
  member: string,
  maxWcu: number | undefined
): RateShare => {
  if (maxWcu === undefined) return { mostRows: () => maxSliceRows, paid: async () => {} }
  let share = maxWcu
  let unitsPerRow = 1

  const readShare = async (): Promise<void> => {
    const now = clock.now()
    const expiresAt = Math.floor(now / 1000) + runKeptSeconds
    const members = await ledger.join(workersKey(run), member, now + memberMs, expiresAt)
    share = maxWcu / Math.max(1, Object.values(members).filter((untilMs) => untilMs > now).length)
  }
  let isFirst = true

  return {
    mostRows: () =>
      // The first slice is small: nobody has told yet how many units a row takes, or how many workers there are.
      isFirst
        ? Math.max(1, Math.min(100, Math.floor(share / 10)))
        : Math.max(1, Math.min(maxSliceRows, Math.floor(share / unitsPerRow))),
    async paid(units, rows, sinceMs, signal) {
      isFirst = false
      if (rows > 0 && units > 0) unitsPerRow = Math.max(0.1, units / rows)
      await readShare()
      const waitMs = (units / share) * 1000 - (clock.now() - sinceMs)
      if (waitMs > 0) await clock.sleep(waitMs, signal)
    }
  }
}
