/** Calls that end when their signal strikes. */
export interface AbortWatch {
  /** @param strike called once, when the signal strikes before the call has left */
  enter(signal: AbortSignal, strike: () => void): void
  leave(signal: AbortSignal, strike: () => void): void
}

/**
 * One listener a signal, however many calls wait under it: calls of a batch share its deadline, and a listener of their
 * own would cost each more than its own timer. It goes with the last of them, since a signal that has listeners is kept.
 */
export const abortWatch = (): AbortWatch => {
  const watched = new Map<AbortSignal, { readonly strikes: Set<() => void>; readonly listener: () => void }>()
  return {
    enter(signal, strike) {
      const known = watched.get(signal)
      if (known) {
        known.strikes.add(strike)
        return
      }
      const strikes = new Set([strike])
      const listener = (): void => {
        watched.delete(signal)
        for (const each of strikes) each()
      }
      watched.set(signal, { strikes, listener })
      signal.addEventListener('abort', listener, { once: true })
    },
    leave(signal, strike) {
      const known = watched.get(signal)
      if (known === undefined) return
      known.strikes.delete(strike)
      if (known.strikes.size > 0) return
      watched.delete(signal)
      signal.removeEventListener('abort', known.listener)
    }
  }
}
