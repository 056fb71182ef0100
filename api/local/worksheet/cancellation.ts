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
const interruptMs = 50

/**
 * Cancels the statements of one connection. The strike is felt once: rolling back and dropping what the statement made
 * must run.
 *
 * @param interrupt stops what the connection is doing
 */
export const cancellation = (interrupt: () => void): Cancellation => {
  let signal: AbortSignal | undefined
  let isFelt = false
  let again: NodeJS.Timeout | undefined
  // A statement that is just beginning does not hear: it is told until the strike is felt.
  const onAbort = (): void => {
    interrupt()
    again = setInterval(interrupt, interruptMs).unref()
  }
  const strike = (): void => {
    if (!signal?.aborted || isFelt) return
    isFelt = true
    clearInterval(again)
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
      signal?.removeEventListener('abort', onAbort)
      clearInterval(again)
      signal = next
      isFelt = false
      next?.addEventListener('abort', onAbort, { once: true })
    },
    cancelled: () => signal
  }
}
