import type { Clock } from '../../runtime/clock.ts'
import type { MessageQueue } from '../../store/message-queue.ts'
import { between } from './dice.ts'

/** A queue with so many workers: oldest first as a rule, 10 to 50 ms from send to delivery, again after a failure. */
export const workerQueue = (
  clock: Clock,
  workers: number,
  work: (body: string) => Promise<void>
): Pick<MessageQueue, 'send'> & { readonly waiting: () => number } => {
  const ready: string[] = []
  let busy = 0

  const deliver = async (body: string): Promise<void> => {
    try {
      await work(body)
    } catch {
      await clock.sleep(redeliveryMs)
      ready.push(body)
    }
  }
  const start = (): void => {
    while (busy < workers) {
      const body = ready.shift()
      if (body === undefined) return
      busy += 1
      void deliver(body).then(() => {
        busy -= 1
        start()
      })
    }
  }

  return {
    waiting: () => ready.length + busy,
    async send(body, delaySeconds = 0) {
      await clock.sleep(between(5, 20, clock.random))
      void clock.sleep(delaySeconds * 1000 + between(10, 50, clock.random)).then(() => {
        ready.push(body)
        start()
      })
    }
  }
}

const redeliveryMs = 1_000
