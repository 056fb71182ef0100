import type { Engine } from './engine.ts'
import type { TableLocks } from './table-locks.ts'
import { notSupported, WorksheetError } from './worksheet-error.ts'

interface Transaction {
  readonly id: string
  /** How many procedures deep it was begun. */
  readonly depth: number
  /** DuckDB's own begins with the first change, so that what is read before is the newest. */
  isBegun: boolean
  /** What has changed so far, to do it again: see `change`. */
  readonly works: (() => Promise<unknown>)[]
  readonly streams: Set<string>
}

/** The transaction of a session. */
export interface Transactions {
  /** Its id as CURRENT_TRANSACTION() gives it. */
  readonly id: () => string | null
  readonly begin: (depth: number) => void
  readonly commit: (depth: number) => Promise<void>
  readonly rollback: (depth: number) => Promise<void>
  /** Runs a change: inside the open transaction, else in one of its own, which its failure undoes. */
  readonly change: <T>(locks: readonly string[], depth: number, work: () => Promise<T>) => Promise<T>
  /** DDL commits what is open. */
  readonly beforeDdl: (depth: number, what: string) => Promise<void>
  /** The streams that a change has read: they are advanced when it commits. */
  readonly consume: (streams: Iterable<string>) => void
  /** A procedure ends: what it left open is rolled back, and that is an error. */
  readonly endProcedure: (depth: number) => Promise<void>
  /** Rolls back whatever is open: the statement was cancelled, or the session ends. */
  readonly abandon: () => Promise<void>
  setAutocommit: (to: 'on' | 'off') => void
}

export interface TransactionDeps {
  /** The session's number. */
  readonly owner: number
  readonly engine: Engine
  readonly locks: TableLocks
  readonly newId: () => string
  /** Moves streams to what the transaction sees, before it commits. */
  readonly advance: (streams: ReadonlySet<string>) => Promise<void>
  /** Is told that everything since BEGIN is undone. */
  readonly onRollback: () => void
}

const otherScope = (): WorksheetError =>
  new WorksheetError('Modifying a transaction that has started at a different scope is not allowed.')

const mostAttempts = 3

const isConflict = (error: unknown): boolean =>
  error instanceof WorksheetError && /^TransactionContext Error: .*conflict/i.test(error.message)

/** https://docs.snowflake.com/en/sql-reference/transactions */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the open transaction; a short function for each call
export const openTransactions = ({
  owner,
  engine,
  locks,
  newId,
  advance,
  onRollback
}: TransactionDeps): Transactions => {
  let current: Transaction | undefined
  let isAutocommit = true

  const opened = (depth: number): Transaction => ({
    id: newId(),
    depth,
    isBegun: false,
    works: [],
    streams: new Set()
  })

  const finish = async (how: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
    const ending = current
    current = undefined
    try {
      if (!ending?.isBegun) return
      if (how === 'COMMIT') await advance(ending.streams)
      await engine.run(how)
      if (how === 'ROLLBACK') onRollback()
    } catch (error) {
      await engine.run('ROLLBACK').catch(() => undefined)
      onRollback()
      throw error
    } finally {
      locks.release(owner)
    }
  }

  /** COMMIT and ROLLBACK without a transaction are no errors. */
  const end = async (how: 'COMMIT' | 'ROLLBACK', depth: number): Promise<void> => {
    if (current && current.depth !== depth) throw otherScope()
    await finish(how)
  }

  const begin = async (transaction: Transaction): Promise<void> => {
    await engine.run('BEGIN')
    transaction.isBegun = true
  }

  /**
   * Each statement of Snowflake sees the newest rows; DuckDB's transaction sees those of its begin, and refuses to change
   * what others have changed since. Then it begins anew, and what it had done is done again on the newest rows.
   * https://docs.snowflake.com/en/sql-reference/transactions#read-committed-isolation
   */
  const attempt = async <T>(transaction: Transaction, work: () => Promise<T>): Promise<T> => {
    if (!transaction.isBegun) await begin(transaction)
    for (let attempts = 1; ; attempts += 1) {
      try {
        const result = await work()
        transaction.works.push(work)
        return result
      } catch (error) {
        if (!isConflict(error) || attempts === mostAttempts) throw error
        await engine.run('ROLLBACK')
        onRollback()
        await begin(transaction)
        for (const done of transaction.works) await done()
      }
    }
  }

  const transactions: Transactions = {
    id: () => current?.id ?? null,
    begin: (depth) => {
      // At the top "BEGIN TRANSACTION … is ignored" in a transaction; in a procedure it is a mistake or a scoped one.
      if (current && depth > 0 && current.depth === depth)
        throw new WorksheetError(
          'A transaction inside a transaction: Snowflake would ignore this BEGIN TRANSACTION'
        )
      if (current && depth > 0)
        throw notSupported('A transaction of its own in a procedure called within a transaction')
      current ??= opened(depth)
    },
    commit: (depth) => end('COMMIT', depth),
    rollback: (depth) => end('ROLLBACK', depth),
    change: async (names, depth, work) => {
      if (!isAutocommit) current ??= opened(depth)
      const isOwn = current === undefined
      current ??= opened(depth)
      try {
        for (const name of names) await locks.take(name, owner)
        const result = await attempt(current, work)
        if (isOwn) await finish('COMMIT')
        return result
      } catch (error) {
        if (isOwn) await finish('ROLLBACK')
        throw error
      }
    },
    beforeDdl: async (depth, what) => {
      if (current === undefined) return
      // Snowflake would commit; in a procedure that is always a mistake, and half of a change would stand.
      if (depth > 0) throw new WorksheetError(`${what} would commit the open transaction`)
      await finish('COMMIT')
    },
    consume: (streams) => {
      for (const stream of streams) current?.streams.add(stream)
    },
    endProcedure: async (depth) => {
      if (current === undefined || current.depth < depth) return
      await finish('ROLLBACK')
      throw new WorksheetError(
        'Scoped transaction started in stored procedure is incomplete and it was rolled back.'
      )
    },
    abandon: () => finish('ROLLBACK'),
    setAutocommit: (to) => {
      isAutocommit = to === 'on'
    }
  }
  return transactions
}
