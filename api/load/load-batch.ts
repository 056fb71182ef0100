import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import { timeBox } from '../runtime/time-box.ts'
import { visitReserveMs } from '../runtime/time-budgets.ts'
import type { Delivery } from '../store/message-queue.ts'
import type { LoadMessage } from './loader.ts'

/** Messages that arrived together, worked on at the same time. @returns the ids of those that must come again */
export const loadBatch =
  ({ load, clock, log }: { readonly load: LoadMessage; readonly clock: Clock; readonly log: Log }) =>
  async (deliveries: readonly Delivery[], remainingMs: number): Promise<readonly string[]> => {
    using box = timeBox(clock, Math.max(0, remainingMs - visitReserveMs))
    const failed: string[] = []
    await Promise.all(
      deliveries.map(async (delivery) => {
        try {
          await load(delivery, box.signal)
        } catch (error) {
          failed.push(delivery.id)
          const { name, message, stack } = error as Error
          const cause = name === 'MessageFailed' ? message : stack
          log({ event: 'message_failed', message: delivery.id, receiveCount: delivery.receiveCount, cause })
        }
      })
    )
    return failed
  }
