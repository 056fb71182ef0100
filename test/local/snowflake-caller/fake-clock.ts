import type { Clock } from '../../../api/local/snowflake-caller/clock.ts'

export interface FakeClock extends Clock {
  /** Every sleep so far, in milliseconds. */
  readonly sleeps: readonly number[]
}

/** Time that passes only by sleeping, and nobody has to wait for it. Dice always show `dice`. */
export const fakeClock = (dice = 0): FakeClock => {
  const sleeps: number[] = []
  let nowMs = 0
  return {
    sleeps,
    now: () => nowMs,
    async sleep(ms) {
      sleeps.push(ms)
      nowMs += ms
    },
    random: () => dice
  }
}
