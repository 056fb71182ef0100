import type { Clock } from '../../api/runtime/clock.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'

let skippedMs = 0

/** For tests over real connections: deadlines are real, but whoever sleeps wakes at once, so much later. */
export const hurriedClock: Clock = {
  ...systemClock,
  now: () => Date.now() + skippedMs,
  random: () => 0.5,
  sleep(ms) {
    skippedMs += ms
    return new Promise((resolve) => setImmediate(resolve))
  }
}

/** Time that jumps to the next sleeper as soon as all that is ready has run: nothing waits, order is kept. */
export interface VirtualClock extends Clock {
  /** A signal that strikes after so many virtual milliseconds. */
  deadline(ms: number): AbortSignal
  /** Virtual milliseconds since the clock was made. */
  passed(): number
}

/** @param random the dice, 0.5 unless told */
export const virtualClock = (random: () => number = () => 0.5, startMs = 1_700_000_000_000): VirtualClock => {
  const sleepers = new Set<{ readonly at: number; wake(): void }>()
  let nowMs = startMs
  let isAdvancing = false

  const advance = (): void => {
    isAdvancing = false
    const [next] = [...sleepers].toSorted((a, b) => a.at - b.at)
    if (next === undefined) return
    nowMs = Math.max(nowMs, next.at)
    next.wake()
  }
  const schedule = (): void => {
    if (isAdvancing || sleepers.size === 0) return
    isAdvancing = true
    setImmediate(advance)
  }
  const at = (ms: number, ring: () => void): (() => void) => {
    const sleeper = {
      at: nowMs + ms,
      wake() {
        if (!sleepers.delete(sleeper)) return
        ring()
        schedule()
      }
    }
    sleepers.add(sleeper)
    schedule()
    return sleeper.wake
  }

  return {
    now: () => nowMs,
    random,
    passed: () => nowMs - startMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const wake = at(ms, resolve)
        signal?.addEventListener('abort', wake, { once: true })
      }),
    deadline(ms) {
      const controller = new AbortController()
      at(ms, () => controller.abort())
      return controller.signal
    }
  }
}
