import { WorksheetError } from './worksheet-error.ts'

/** Locks of tables and streams, shared by all sessions; each is known by its number. */
export interface TableLocks {
  /** Waits until no other session holds it. @throws WorksheetError when they would wait for each other forever */
  readonly take: (name: string, owner: number) => Promise<void>
  /** Lets go of all that the owner holds. */
  readonly release: (owner: number) => void
  /** Is told each time that a session has to wait. */
  onWait: ((session: number) => void) | undefined
}

/**
 * UPDATE, DELETE and MERGE lock what they change until their transaction ends, and others wait; INSERT locks nothing.
 * Snowflake locks partitions; whole tables are what two small statements get there, too.
 * https://docs.snowflake.com/en/sql-reference/transactions#resource-locking
 */
export const tableLocks = (): TableLocks => {
  const holders = new Map<string, number>()
  const waiting = new Map<number, string>()
  let freed = Promise.withResolvers<void>()

  const waitsFor = (owner: number, other: number): boolean => {
    const name = waiting.get(other)
    const next = name === undefined ? undefined : holders.get(name)
    return next !== undefined && (next === owner || waitsFor(owner, next))
  }

  const locks: TableLocks = {
    onWait: undefined,
    take: async (name, owner) => {
      for (
        let holder = holders.get(name);
        holder !== undefined && holder !== owner;
        holder = holders.get(name)
      ) {
        if (waitsFor(owner, holder))
          throw new WorksheetError(`Statement was aborted because of a deadlock on ${name}`)
        waiting.set(owner, name)
        locks.onWait?.(owner)
        await freed.promise
        waiting.delete(owner)
      }
      holders.set(name, owner)
    },
    release: (owner) => {
      for (const [name, holder] of holders) if (holder === owner) holders.delete(name)
      freed.resolve()
      freed = Promise.withResolvers<void>()
    }
  }
  return locks
}
