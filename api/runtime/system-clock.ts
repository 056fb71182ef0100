import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from './clock.ts'

/** The machine's own time and dice. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  // A timer of 0 strikes only after whatever is ready to run, which may be a whole batch.
  deadline: (ms) => (ms > 0 ? AbortSignal.timeout(ms) : AbortSignal.abort()),
  sleep: (ms, signal) => wait(ms, undefined, signal ? { signal } : {}).catch(() => undefined)
}
