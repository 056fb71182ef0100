import { localQueue } from '../../api/local/local-queue.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { messageQueueContract } from './message-queue-contract.ts'

messageQueueContract('a queue in this process', async ({ isHiddenBriefly: _, ...settings }) => {
  // Its failures come back after this time; nothing here lasts so long in between.
  const queue = localQueue({ ...settings, visibilityMs: 100, clock: systemClock })
  return {
    queue,
    consume: queue.consume,
    async deadLetters() {
      await queue.idle()
      return queue.deadLetters()
    },
    close: queue.close
  }
})
