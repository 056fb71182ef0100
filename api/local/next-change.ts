import type { Clock } from '../runtime/clock.ts'

/** Waits so long, or until something has changed; for ever where nothing is due. */
export const nextChange = (clock: Clock, ms: number, changed: AbortSignal): Promise<void> =>
  ms === Number.POSITIVE_INFINITY
    ? new Promise((resolve) => changed.addEventListener('abort', () => resolve(), { once: true }))
    : clock.sleep(ms, changed)

export const closedWith = (left: number): Error =>
  new Error(`the local queue was closed with ${left} messages left`)
