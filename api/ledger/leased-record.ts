import type { Clock } from '../runtime/clock.ts'
import { leaseMs, roundMs } from '../runtime/time-budgets.ts'
import { isStoredAs, type LedgerRecord, type LedgerStore } from './ledger-store.ts'

/** A record that one worker at a time may change: until its lease ends, or it says that it is done. */
export interface Leasable extends LedgerRecord {
  readonly leaseUntilMs: number
}

/** A claimed record as its holder sees it: every write is made only while nobody else has claimed it. */
export interface LeasedRecord<T extends Leasable> {
  record(): T
  /** @returns the record as written; undefined when it is somebody else's by now. @throws what the ledger throws */
  write(next: (held: T) => T): Promise<T | undefined>
  /** Starts the lease anew once a round of it is over. @returns false when the record is somebody else's by now */
  renew(): Promise<boolean>
  /** Waits in rounds. @returns false when the record is somebody else's by now, or the deadline struck */
  wait(ms: number, deadline: AbortSignal): Promise<boolean>
  /** The time of our leases is over, given back early or not: somebody else may long have the record. */
  isOver(): boolean
}

/** @param claimed the record as the claim wrote it, `rev` included */
export const leasedRecord = <T extends Leasable>(
  ledger: Pick<LedgerStore, 'get' | 'put'>,
  clock: Pick<Clock, 'now' | 'sleep'>,
  claimed: T
): LeasedRecord<T> => {
  let held = claimed
  let untilMs = claimed.leaseUntilMs

  const write: LeasedRecord<T>['write'] = async (next) => {
    const changed = { ...next(held), rev: held.rev + 1 }
    if (!(await ledger.put(changed, held.rev)) && !(await isStored(changed))) return undefined
    held = changed
    untilMs = Math.max(untilMs, changed.leaseUntilMs)
    return held
  }
  /** The answer to our own write may have been lost, and the write repeated: then what is stored is what we wrote. */
  const isStored = async (changed: T): Promise<boolean> => isStoredAs(await ledger.get<T>(changed), changed)

  const renew = async (): Promise<boolean> =>
    held.leaseUntilMs - clock.now() > leaseMs - roundMs ||
    (await write((now) => ({ ...now, leaseUntilMs: clock.now() + leaseMs }))) !== undefined

  return {
    record: () => held,
    write,
    renew,
    async wait(ms, deadline) {
      for (let leftMs = ms; leftMs > 0 && !deadline.aborted; leftMs -= roundMs) {
        await clock.sleep(Math.min(leftMs, roundMs), deadline)
        if (!(await renew())) return false
      }
      return !deadline.aborted
    },
    isOver: () => clock.now() >= untilMs
  }
}
