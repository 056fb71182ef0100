import type { Clock } from '../../runtime/clock.ts'
import { minHeap } from './min-heap.ts'

/** Simulated time: it jumps to the next sleeper as soon as everything that is ready has run. */
export interface HeapClock extends Clock {
  /** Simulated milliseconds since the clock was made. */
  passed(): number
  /** Simulated time stands still while real work, which no simulated time measures, is done. */
  still<T>(work: PromiseLike<T>): Promise<T>
  /** Nobody is woken any more. */
  stop(): void
}

interface Sleeper {
  readonly at: number
  readonly ring: () => void
  isGone: boolean
}

/** An injected request takes some turns of the event loop until its body has been read. */
const turnsPerStep = 3

const anyMoment = 1_700_000_000_000

/**
 * @param random the dice of everything that runs on this clock
 */
export const heapClock = (random: () => number): HeapClock => {
  const sleepers = minHeap<Sleeper>((sleeper) => sleeper.at)
  let nowMs = anyMoment
  let isRunning = false
  let isStopped = false
  let stills = 0
  let quietTurns = 0

  // A turn of the event loop runs all promises that are ready; only then may time go on.
  const turn = (): void => {
    quietTurns += 1
    if (stills > 0 || quietTurns < turnsPerStep) {
      setImmediate(turn)
      return
    }
    quietTurns = 0
    let next = sleepers.pop()
    while (next?.isGone) next = sleepers.pop()
    if (next === undefined || isStopped) {
      isRunning = false
      return
    }
    nowMs = Math.max(nowMs, next.at)
    next.isGone = true
    next.ring()
    setImmediate(turn)
  }

  const at = (ms: number, ring: () => void): Sleeper => {
    const sleeper = { at: nowMs + Math.max(0, ms), ring, isGone: false }
    sleepers.push(sleeper)
    if (!isRunning && !isStopped) {
      isRunning = true
      setImmediate(turn)
    }
    return sleeper
  }

  return {
    now: () => nowMs,
    random,
    passed: () => nowMs - anyMoment,
    async still(work) {
      stills += 1
      try {
        return await work
      } finally {
        stills -= 1
      }
    },
    stop() {
      isStopped = true
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const wakeEarly = (): void => {
          sleeper.isGone = true
          resolve()
        }
        const sleeper = at(ms, () => {
          signal?.removeEventListener('abort', wakeEarly)
          resolve()
        })
        signal?.addEventListener('abort', wakeEarly, { once: true })
      }),
    deadline(ms) {
      const controller = new AbortController()
      at(ms, () => controller.abort())
      return controller.signal
    }
  }
}
