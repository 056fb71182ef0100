import type { Clock } from './clock.ts'

/**
 * Gives up on an answer after so many ms; the call itself goes on unheard. In a busy process the answer may have
 * arrived unheard as well: it gets one more turn to be heard.
 * @throws TooSlow
 */
export const within = async <T>(clock: Clock, ms: number, call: Promise<T>): Promise<T> => {
  const answered = new AbortController()
  const late = async (): Promise<T> => {
    await clock.sleep(ms, answered.signal)
    await clock.sleep(1, answered.signal)
    if (answered.signal.aborted) return call
    throw new TooSlow(`no answer within ${ms} ms`)
  }
  try {
    return await Promise.race([call, late()])
  } finally {
    answered.abort()
  }
}

export class TooSlow extends Error {
  override readonly name = 'TooSlow'
}
