import type { LedgerStore } from '../../api/ledger/ledger-store.ts'
import type { LoadDeps } from '../../api/load/load-deps.ts'
import type { ObjectStore } from '../../api/store/object-store.ts'
import type { WorkerLife } from './bulk-world.ts'

class Killed extends Error {}

/**
 * A worker that dies at its n-th step out of itself: that step may still take effect, no later one does. Every call
 * to ledger, bucket, queue, event bus and table is a step, and so is every piece of a stream.
 *
 * @param takesEffect whether the last step reaches the other side
 */
export const mortalWorker = (deps: LoadDeps, steps: number, takesEffect: boolean): WorkerLife => {
  const death = new AbortController()
  let left = steps
  /** @returns whether the step is the last one */
  const step = (): boolean => {
    if (death.signal.aborted) throw new Killed()
    left -= 1
    if (left > 0) return false
    death.abort(new Killed())
    if (!takesEffect) throw new Killed()
    return true
  }
  const mortal =
    <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const isLast = step()
      const answer = await call(...args)
      if (isLast) throw new Killed()
      return answer
    }
  async function* mortalPieces<T>(pieces: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const piece of pieces) {
      if (step()) throw new Killed()
      yield piece
    }
  }
  const { store: s, ledger: l, writer } = deps
  const store: ObjectStore = {
    head: mortal(s.head),
    stream: (...args) => mortalPieces(s.stream(...args)),
    slice: mortal(s.slice),
    read: mortal(s.read),
    write: mortal(s.write),
    writeStream: mortal(s.writeStream),
    copy: mortal(s.copy),
    remove: mortal(s.remove),
    removeSame: mortal(s.removeSame),
    list: (...args) => mortalPieces(s.list(...args))
  }
  const ledger = {
    get: mortal(l.get),
    put: mortal(l.put),
    list: (pk: string, prefix: string) => mortalPieces(l.list(pk, prefix)),
    add: mortal(l.add),
    join: mortal(l.join)
  } as LedgerStore
  const lost = { kind: 'lost', reason: 'the worker is dead' } as const
  const orLost = async <R>(call: () => Promise<R>): Promise<R | typeof lost> => {
    try {
      return await mortal(call)()
    } catch (error) {
      if (error instanceof Killed) return lost
      throw error
    }
  }
  const port: LoadDeps['writer']['port'] = {
    batch: (...args) => orLost(() => writer.port.batch(...args)),
    single: (...args) => orLost(() => writer.port.single(...args)),
    read: (...args) => orLost(() => writer.port.read(...args))
  }
  return {
    deadline: death.signal,
    deps: {
      ...deps,
      store,
      ledger,
      queue: { send: mortal(deps.queue.send) },
      announce: mortal(deps.announce),
      writer: { ...writer, port }
    }
  }
}
