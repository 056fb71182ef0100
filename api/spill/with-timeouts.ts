import type { Clock } from '../runtime/clock.ts'
import { within } from '../runtime/within.ts'
import type { OnceDeps } from './once-deps.ts'

/**
 * Ledger, bucket and queue for somebody who is waited for: a call that has no answer after so many ms throws.
 * It may still have its effect later, as with any answer that is lost.
 */
export const withTimeouts = (deps: OnceDeps, clock: Clock, ms: number): OnceDeps => {
  const { ledger, store, queue } = deps
  const soon = <T>(call: Promise<T>): Promise<T> => within(clock, ms, call)
  return {
    ...deps,
    ledger: {
      get: (key) => soon(ledger.get(key)),
      put: (record, was) => soon(ledger.put(record, was))
    },
    store: {
      read: (...asked) => soon(store.read(...asked)),
      write: (...asked) => soon(store.write(...asked)),
      remove: (...asked) => soon(store.remove(...asked))
    },
    queue: { send: (...asked) => soon(queue.send(...asked)) }
  }
}
