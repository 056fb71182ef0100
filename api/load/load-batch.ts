import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import { timeBox } from '../runtime/time-box.ts'
import { visitReserveMs } from '../runtime/time-budgets.ts'
import { comeBackLater, comeBackNow, hiddenWhile } from '../store/hidden-while.ts'
import type { Delivery, MessageQueue } from '../store/message-queue.ts'
import type { LoadMessage } from './loader.ts'

export interface LoadBatchDeps {
  readonly load: LoadMessage
  readonly clock: Clock
  readonly log: Log
}

/**
 * Messages that arrived together, worked on at the same time, each hidden from others by a lease.
 *
 * The returned function takes the queue that they came from, and gives the ids of those that must come again.
 */
export const loadBatch =
  ({ load, clock, log }: LoadBatchDeps) =>
  async (
    queue: Pick<MessageQueue, 'hide'>,
    deliveries: readonly Delivery[],
    remainingMs: number
  ): Promise<readonly string[]> => {
    using box = timeBox(clock, Math.max(0, remainingMs - visitReserveMs))
    const failed: string[] = []
    await Promise.all(
      deliveries.map(async (delivery) => {
        try {
          await hiddenWhile(clock, queue, delivery.receipt, () => load(delivery, box.signal))
        } catch (error) {
          failed.push(delivery.id)
          const { name, message, stack } = error as Error
          const isLost = name === 'MessageFailed'
          const cause = isLost ? message : stack
          log({ event: 'message_failed', message: delivery.id, receiveCount: delivery.receiveCount, cause })
          await (isLost ? comeBackNow : comeBackLater)(queue, delivery)
        }
      })
    )
    return failed
  }
