import { once } from '../runtime/once.ts'
import type { ObjectStore } from './object-store.ts'

/**
 * A bucket whose client is loaded by the first call: most row batches never need it, and its code is a fifth of what a
 * cold start would read.
 *
 * @param open loads it; called again when it failed
 */
export const lazyStore = (open: () => Promise<ObjectStore>): ObjectStore => {
  const opened = once(open)
  return {
    head: async (...asked) => (await opened()).head(...asked),
    async *stream(...asked) {
      yield* (await opened()).stream(...asked)
    },
    slice: async (...asked) => (await opened()).slice(...asked),
    read: async (...asked) => (await opened()).read(...asked),
    write: async (...asked) => (await opened()).write(...asked),
    writeStream: async (...asked) => (await opened()).writeStream(...asked),
    copy: async (...asked) => (await opened()).copy(...asked),
    remove: async (...asked) => (await opened()).remove(...asked),
    removeSame: async (...asked) => (await opened()).removeSame(...asked),
    async *list(...asked) {
      yield* (await opened()).list(...asked)
    }
  }
}
