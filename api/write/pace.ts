import { backoffMs } from '../runtime/backoff.ts'
import type { Clock } from '../runtime/clock.ts'

/** How the table took a call: all of it, a part, nothing (throttled or unreachable), or it is settled anyway. */
export type CallEnd = 'taken' | 'partly' | 'refused' | 'settled'

/** How many calls may be in flight, and when the next may go. One pace for all calls of a batch to a table. */
export interface Pace {
  /**
   * Waits for a place; undefined when the deadline comes first, or the batch is sent away.
   * @param waitingUnits write units of all that still waits
   * @param nextUnits those of the next call, if it may be as large as can be
   */
  enter(signal: AbortSignal, waitingUnits?: number, nextUnits?: number): Promise<Ticket | undefined>
  leave(ticket: Ticket, end: CallEnd, counted?: CountedUnits): void
  /** All calls are over: what others should know of them is told. Never throws. */
  done?(): Promise<void>
}

export interface Ticket {
  /** The back-off that was in force when the call went out: a failure of older times tells nothing new. */
  readonly since: number
  /** The most units that the call may carry; undefined for no limit. */
  readonly units?: number
  /** Seconds of schedule that those units have. */
  readonly seconds?: number
}

/** Write units of a call by what became of them. */
export interface CountedUnits {
  readonly accepted: number
  readonly refused: number
  /** What was consumed, indexes included, where DynamoDB says so. */
  readonly consumed?: number
}

export interface PaceLimits {
  readonly startInFlight: number
  readonly maxInFlight: number
}

/** So many refusals in a row may be chance: a hot key, a broken connection. More are an outage. */
const mostStray = 2
/** Calls that still go side by side while it may be chance. */
const mostWhileStray = 4
/** A table that takes a part of each call is not out: its waits stop doubling early. */
const mostPartly = 3

/**
 * Back-off for the batch as a whole: the window grows by one with every call that is taken, halves on a refusal
 * and shrinks to one call when nothing is taken any more, so that an outage sees a few probes and not every
 * group's own retries, and one bad call does not hold the rest.
 */
export const backoffPace = (
  clock: Clock,
  { startInFlight, maxInFlight }: PaceLimits = { startInFlight: 16, maxInFlight: 32 }
): Pace => {
  let allowed = startInFlight
  let inFlight = 0
  let failures = 0
  let pausedUntil = 0
  let since = 0
  let wake = (): void => {}
  let left = new Promise<void>((resolve) => {
    wake = resolve
  })

  const pause = (ms: number): void => {
    pausedUntil = clock.now() + ms
    since += 1
  }

  return {
    async enter(signal) {
      for (;;) {
        if (signal.aborted) return undefined
        const waitMs = pausedUntil - clock.now()
        if (inFlight >= allowed) await left
        else if (waitMs > 0) await clock.sleep(waitMs, signal)
        else break
      }
      inFlight += 1
      return { since }
    },

    leave(ticket, end) {
      inFlight -= 1
      const isCurrent = ticket.since === since
      if (end === 'taken') {
        failures = 0
        allowed = Math.min(maxInFlight, allowed + 1)
      } else if (end === 'partly' && isCurrent) {
        failures = Math.min(failures + 1, mostPartly)
        allowed = Math.max(1, Math.floor(allowed * 0.75))
        pause(backoffMs(failures, clock.random, 25))
      } else if (end === 'refused' && isCurrent) {
        failures += 1
        const isStray = failures <= mostStray
        allowed = isStray ? Math.max(1, Math.min(mostWhileStray, Math.floor(allowed / 2))) : 1
        pause(isStray ? backoffMs(failures, clock.random, 5) : backoffMs(failures - mostStray, clock.random))
      }
      wake()
      left = new Promise((resolve) => {
        wake = resolve
      })
    }
  }
}
