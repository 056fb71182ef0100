import type { MeterStore } from '../../ledger/meter-store.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { OnceDeps } from '../../spill/once-deps.ts'
import { between } from './dice.ts'

/** Calls of the ledger, by price: a read costs a fifth of a write. */
export interface LedgerTally {
  reads: number
  writes: number
}

/** Gives a ledger and its meters the latency of DynamoDB, or one that is so much longer, and counts their calls. */
export const slowed = (
  ledger: OnceDeps['ledger'],
  meters: MeterStore,
  clock: Clock,
  moreMs = 0
): { readonly ledger: OnceDeps['ledger']; readonly meters: MeterStore; readonly tally: LedgerTally } => {
  const tally: LedgerTally = { reads: 0, writes: 0 }
  const slow = async <T>(leastMs: number, mostMs: number, call: () => Promise<T>): Promise<T> => {
    const latencyMs = moreMs + between(leastMs, mostMs, clock.random)
    await clock.sleep(latencyMs / 2)
    const answer = await call()
    await clock.sleep(latencyMs / 2)
    return answer
  }
  const reading = <T>(call: () => Promise<T>): Promise<T> => {
    tally.reads += 1
    return slow(3, 7, call)
  }
  const writing = <T>(call: () => Promise<T>): Promise<T> => {
    tally.writes += 1
    return slow(5, 10, call)
  }
  return {
    tally,
    ledger: {
      get: (key) => reading(() => ledger.get(key)),
      put: (record, was) => writing(() => ledger.put(record, was))
    },
    meters: {
      get: (table) => reading(() => meters.get(table)),
      create: (meter) => writing(() => meters.create(meter)),
      change: (table, change) => writing(() => meters.change(table, change))
    }
  }
}
