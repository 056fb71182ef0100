import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from './clock.ts'

/** The machine's own time and dice. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  deadline: (ms) => AbortSignal.timeout(ms),
  sleep: (ms, signal) => wait(ms, undefined, signal ? { signal } : {}).catch(() => undefined)
}
