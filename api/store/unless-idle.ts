import { addAbortSignal, type Readable } from 'node:stream'

/**
 * The pieces of a byte stream, which is destroyed when none arrives for a while or the signal strikes. The time that
 * the reader takes between two pieces does not count. Leaving the loop early closes the stream.
 */
export async function* unlessIdle(
  body: Readable,
  idleMs: number,
  signal?: AbortSignal
): AsyncGenerator<Uint8Array> {
  if (signal) addAbortSignal(signal, body)
  const pieces: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const timer = setTimeout(
        () => body.destroy(new Error(`no byte arrived for ${idleMs} ms; the network or the store is stuck`)),
        idleMs
      )
      const next = await pieces.next().finally(() => clearTimeout(timer))
      if (next.done) return
      yield next.value
    }
  } finally {
    body.destroy()
  }
}
