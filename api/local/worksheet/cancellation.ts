import { StatementCancelled } from '../scripting/script-error.ts'

/** What can be cancelled of a connection. */
export interface Cancellation {
  /**
   * Does a part of a statement that can be cancelled. Once the signal of `cancelOn` has struck, the first part that
   * runs or begins throws StatementCancelled; what then runs is the clearing up.
   */
  readonly guard: <T>(work: () => Promise<T>) => Promise<T>
  /** What cancels the statements that run from now on; undefined: nothing does. */
  readonly cancelOn: (signal: AbortSignal | undefined) => void
  /** The signal of `cancelOn`. */
  readonly cancelled: () => AbortSignal | undefined
}

/** Snowflake's words. */
const cancelledText = 'SQL execution canceled'

/**
 * Cancels the statements of one connection. The strike is felt once: rolling back and dropping what the statement made
 * must run.
 *
 * @param interrupt stops what the connection is doing
 */
export const cancellation = (interrupt: () => void): Cancellation => {
  let signal: AbortSignal | undefined
  let isFelt = false
  const strike = (): void => {
    if (!signal?.aborted || isFelt) return
    isFelt = true
    throw new StatementCancelled(cancelledText)
  }
  return {
    guard: async (work) => {
      strike()
      try {
        return await work()
      } catch (error) {
        strike()
        throw error
      }
    },
    cancelOn: (next) => {
      signal?.removeEventListener('abort', interrupt)
      signal = next
      isFelt = false
      next?.addEventListener('abort', interrupt, { once: true })
    },
    cancelled: () => signal
  }
}
