import type { Clock } from './clock.ts'

/** A signal that strikes after a while, or with the deadline; disposing of it leaves nothing behind. */
export const timeBox = (
  clock: Clock,
  ms: number,
  deadline?: AbortSignal
): Disposable & { readonly signal: AbortSignal } => {
  const over = new AbortController()
  const left = new AbortController()
  const strike = (): void => over.abort(deadline?.reason)
  if (deadline?.aborted) strike()
  deadline?.addEventListener('abort', strike, { once: true })
  void clock.sleep(ms, left.signal).then(() => over.abort(new Error('the time box is over')))
  return {
    signal: over.signal,
    [Symbol.dispose]() {
      deadline?.removeEventListener('abort', strike)
      left.abort()
    }
  }
}
