import { Aborted } from './wire-errors.ts'

/** Those who wait for something, in the order in which they came. */
export interface Turns<T> {
  readonly length: number
  /** @throws Aborted when the signal strikes first */
  wait(signal: AbortSignal): Promise<T>
  /** @returns whether there was somebody to take it */
  give(what: T): boolean
}

export const turns = <T>(): Turns<T> => {
  const waiting: Array<(what: T) => void> = []
  return {
    get length() {
      return waiting.length
    },
    wait: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Aborted())
        const take = (what: T): void => {
          signal.removeEventListener('abort', abort)
          resolve(what)
        }
        const abort = (): void => {
          waiting.splice(waiting.indexOf(take), 1)
          reject(new Aborted())
        }
        waiting.push(take)
        signal.addEventListener('abort', abort, { once: true })
      }),
    give(what) {
      const next = waiting.shift()
      next?.(what)
      return next !== undefined
    }
  }
}
