import { randomUUID } from 'node:crypto'

/** Names for visits that run at the same time: as many as run at once, used again and again. */
export const workerNames = () => {
  const free: string[] = []
  return {
    /** Lends a name for the time of the work. */
    async borrow<T>(work: (name: string) => Promise<T>): Promise<T> {
      const name = free.pop() ?? randomUUID().slice(0, 13)
      try {
        return await work(name)
      } finally {
        free.push(name)
      }
    }
  }
}
