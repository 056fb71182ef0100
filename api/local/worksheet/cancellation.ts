import { StatementCancelled } from '../scripting/script-error.ts'
import type { Engine } from './engine.ts'

/** Snowflake's words. */
const cancelledText = 'SQL execution canceled'

/**
 * Cancels the statements of one connection. The strike is felt once: rolling back and dropping what the statement made
 * must run.
 *
 * @param interrupt stops what the connection is doing
 */
export const cancellation = (interrupt: () => void): Pick<Engine, 'guard' | 'cancelOn' | 'cancelled'> => {
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
