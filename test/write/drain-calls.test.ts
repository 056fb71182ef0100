import { describe, expect, it } from 'vitest'
import { type CallSource, drainCalls } from '../../api/write/drain-calls.ts'
import { backoffPace, type CallEnd } from '../../api/write/pace.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const source = (calls: number, call: (n: number) => Promise<CallEnd>): CallSource & { made: number } => ({
  made: 0,
  isReady() {
    return this.made < calls
  },
  next() {
    const n = this.made++
    return () => call(n)
  }
})

describe('draining sources of calls', () => {
  it('makes every call and returns when the last has ended', async () => {
    const clock = virtualClock()
    let ended = 0
    const calls = source(100, async () => {
      await clock.sleep(10)
      ended += 1
      return 'taken'
    })

    await drainCalls([calls], backoffPace(clock), clock.deadline(60_000))

    expect(ended).toBe(100)
  })

  it('never has more calls in flight than the pace allows', async () => {
    const clock = virtualClock()
    let inFlight = 0
    let most = 0
    const calls = source(200, async () => {
      inFlight += 1
      most = Math.max(most, inFlight)
      await clock.sleep(10)
      inFlight -= 1
      return 'taken'
    })

    await drainCalls(
      [calls],
      backoffPace(clock, { startInFlight: 3, maxInFlight: 7 }),
      clock.deadline(60_000)
    )

    expect(most).toBe(7)
  })

  it('does not let one slow call hold the others', async () => {
    const clock = virtualClock()
    const endedAt: number[] = []
    const calls = source(60, async (n) => {
      await clock.sleep(n === 0 ? 5_000 : 10)
      endedAt[n] = clock.passed()
      return 'taken'
    })

    await drainCalls([calls], backoffPace(clock), clock.deadline(60_000))

    expect(Math.max(...endedAt.slice(1))).toBeLessThan(100)
    expect(clock.passed()).toBeGreaterThanOrEqual(5_000)
  })

  it('takes up work that a call gives back', async () => {
    const clock = virtualClock()
    let left = 3
    const calls: CallSource = {
      isReady: () => left > 0,
      next: () => {
        left -= 1
        return async () => {
          await clock.sleep(1)
          if (clock.passed() < 20) left += 1
          return 'partly'
        }
      }
    }

    await drainCalls([calls], backoffPace(clock), clock.deadline(60_000))

    expect(left).toBe(0)
  })

  it('begins nothing after the deadline and waits for what is in flight', async () => {
    const clock = virtualClock()
    const deadline = clock.deadline(100)
    let ended = 0
    const calls = source(1_000, async () => {
      await clock.sleep(30)
      ended += 1
      return 'taken'
    })

    await drainCalls([calls], backoffPace(clock, { startInFlight: 1, maxInFlight: 1 }), deadline)

    expect(calls.made).toBe(4)
    expect(ended).toBe(4)
  })

  it('tells what a call threw once the others have ended, and begins no more', async () => {
    const clock = virtualClock()
    let ended = 0
    const calls = source(1_000, async (n) => {
      if (n === 1) throw new TypeError('a fault of ours')
      await clock.sleep(30)
      ended += 1
      return 'taken'
    })

    const draining = drainCalls(
      [calls],
      backoffPace(clock, { startInFlight: 4, maxInFlight: 4 }),
      clock.deadline(60_000)
    )

    await expect(draining).rejects.toThrow('a fault of ours')
    expect(ended).toBe(calls.made - 1)
    expect(calls.made).toBeLessThan(10)
  })

  it('makes no call at all when the deadline has passed', async () => {
    const calls = source(5, async () => 'taken')
    await drainCalls([calls], backoffPace(virtualClock()), AbortSignal.abort())
    expect(calls.made).toBe(0)
  })
})
