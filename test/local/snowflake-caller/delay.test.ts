import { describe, expect, it } from 'vitest'
import { delayMs, pollDelay, retryDelay } from '../../../api/local/snowflake-caller/delay.ts'

const series = (delay: typeof retryDelay, dice: number) =>
  Array.from({ length: 9 }, (_, n) => delayMs(delay, n, () => dice))

describe('waiting', () => {
  it('doubles from 0.5 s to 10 s between attempts', () => {
    expect(series(retryDelay, 0)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000])
  })

  it('grows by half from 0.5 s to 10 s between polls', () => {
    expect(series(pollDelay, 0)).toEqual([
      500, 750, 1_125, 1_687.5, 2_531.25, 3_796.875, 5_695.3125, 8_542.96875, 10_000
    ])
  })

  it('is shortened by the dice, by half at most', () => {
    expect(delayMs(retryDelay, 1, () => 0.5)).toBe(750)
    expect(delayMs(retryDelay, 1, () => 1)).toBe(500)
  })
})
