import { setTimeout as wait } from 'node:timers/promises'

/** Time and dice, handed in so that tests and simulations own them. */
export interface Clock {
  /** Milliseconds since any fixed moment. */
  now(): number
  sleep(ms: number): Promise<void>
  /** From 0 up to, without, 1. */
  random(): number
}

/** The real clock. When `signal` aborts, a sleep under way ends at once, so that nothing keeps the process alive. */
export const systemClock = (signal: AbortSignal): Clock => ({
  now: () => performance.now(),
  sleep: (ms) => wait(ms, undefined, { signal }).catch(() => undefined),
  random: Math.random
})
