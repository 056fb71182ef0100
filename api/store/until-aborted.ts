/**
 * The same pieces, until the signal strikes: then its reason is thrown, also while the source has nothing to give.
 * Leaving early closes the source.
 */
export async function* untilAborted<T>(
  source: AsyncIterable<T> | Iterable<T>,
  signal: AbortSignal | undefined
): AsyncGenerator<T> {
  signal?.throwIfAborted()
  const pieces = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  let isOpen = true
  try {
    for (;;) {
      const next = await orAborted(Promise.resolve(pieces.next()), signal)
      signal?.throwIfAborted()
      isOpen = next.done !== true
      if (next.done) return
      yield next.value
    }
  } finally {
    // Not awaited: a source that hangs would hang here, too.
    if (isOpen) Promise.resolve(pieces.return?.()).catch(() => undefined)
  }
}

/** One listener a wait: racing against one long promise would keep every wait in memory. */
const orAborted = <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const strike = () => reject(signal.reason)
    signal.addEventListener('abort', strike, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', strike))
  })
}
