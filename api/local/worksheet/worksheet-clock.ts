import { setTimeout as sleep } from 'node:timers/promises'

/** The time of CURRENT_TIMESTAMP() and of schedules, and SYSTEM$WAIT. */
export interface WorksheetClock {
  readonly now: () => Date
  readonly wait: (seconds: number) => Promise<void>
}

/** SYSTEM$WAIT is cut short: what it waits for runs in this process. */
const longestWaitMs = 100

export const worksheetClock: WorksheetClock = {
  now: () => new Date(),
  wait: async (seconds) => void (await sleep(Math.min(seconds * 1_000, longestWaitMs)))
}
