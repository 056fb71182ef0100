import { headAt } from '../ledger/meter.ts'
import type { Clock } from '../runtime/clock.ts'
import type { MeterView } from './meter-view.ts'

/** How long a line a load takes its places in, and how long it lets others go first. */
const shortSeconds = 1
const mostWaitMs = 5_000
const mostSleepMs = 1_000

/**
 * Waits while a line is there: a backfill must not push a batch, for which somebody polls, into the queue. After a
 * while it goes all the same, so that it gets on under steady traffic.
 */
export const letOthers = async (view: MeterView, clock: Clock, signal: AbortSignal): Promise<void> => {
  const untilMs = clock.now() + mostWaitMs
  for (;;) {
    const meter = await view.current()
    const aheadMs = ((meter.tail - headAt(meter, clock.now())) / meter.rate) * 1_000
    const waitMs = Math.min(aheadMs - shortSeconds * 500, untilMs - clock.now(), mostSleepMs)
    if (signal.aborted || aheadMs <= shortSeconds * 1_000 || waitMs <= 0) return
    await clock.sleep(waitMs * (0.75 + clock.random() / 2), signal)
    if (!signal.aborted) await view.look()
  }
}
