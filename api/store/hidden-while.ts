import type { Clock } from '../runtime/clock.ts'
import { leaseMs, roundMs } from '../runtime/time-budgets.ts'
import type { MessageQueue } from './message-queue.ts'

/** Of a delivery that failed for the n-th time: a passing fault is given a quarter of an hour in all. */
const mostAgainSeconds = 900
const firstAgainSeconds = 30

/**
 * Keeps a message hidden while it is worked on, a lease at a time. The queue's own time must be longer than any
 * visit, so a worker that dies would keep everybody waiting for it; hidden by the lease alone its message comes back
 * within a minute.
 */
export const hiddenWhile = async <T>(
  clock: Clock,
  queue: Pick<MessageQueue, 'hide'>,
  receipt: string,
  work: () => Promise<T>
): Promise<T> => {
  const done = new AbortController()
  // Should it come back early all the same: the ledger lets one worker in.
  const hide = (): Promise<void> => queue.hide(receipt, leaseMs / 1000).catch(() => undefined)
  const renewing = (async (): Promise<void> => {
    while (!done.signal.aborted) {
      await hide()
      await clock.sleep(roundMs, done.signal)
    }
  })()
  try {
    return await work()
  } finally {
    done.abort()
    await renewing
  }
}

/** Lets a message come back at once for which waiting does not help: it shall soon be among the dead letters. */
export const comeBackNow = (
  queue: Pick<MessageQueue, 'hide'>,
  { receipt }: { readonly receipt: string }
): Promise<void> => queue.hide(receipt, 0).catch(() => undefined)

/** Lets a message whose work failed come back, later each time. */
export const comeBackLater = (
  queue: Pick<MessageQueue, 'hide'>,
  { receipt, receiveCount }: { readonly receipt: string; readonly receiveCount: number }
): Promise<void> =>
  queue
    .hide(receipt, Math.min(mostAgainSeconds, firstAgainSeconds * 2 ** Math.min(receiveCount, 10)))
    .catch(() => undefined)
