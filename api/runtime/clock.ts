/** Time and dice, handed in so that tests neither wait nor guess. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Ends early, without an error, when the signal strikes. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** A signal that strikes after so many ms. */
  deadline(ms: number): AbortSignal
  /** From 0 up to 1. */
  random(): number
}
