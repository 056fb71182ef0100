import { type ExternalFunction, externalFunctions } from '../../runtime/external-functions.ts'
import type { ObjectStore } from '../../store/object-store.ts'
import { type ShippedScript, shippedScripts } from '../scripting/shipped-scripts.ts'
import type { TaskRun } from '../tasks/task.ts'
import { openAccount, shippedOnDemand } from './account.ts'
import type { CallExternal } from './call-external.ts'
import { quoteName, quoteText } from './identifiers.ts'
import { type Names, readNames } from './names.ts'
import { openSession } from './open-session.ts'
import type { Statement } from './read-script.ts'
import type { Session } from './session.ts'
import type { StatementResult } from './statement-result.ts'
import { type WorksheetClock, worksheetClock } from './worksheet-clock.ts'

export type { CallExternal } from './call-external.ts'
export type { StatementResult } from './statement-result.ts'
export { WorksheetError } from './worksheet-error.ts'

export interface RunOptions {
  /** Told after each answered batch of an external function. */
  readonly progress?: (answered: number, of: number) => void
  /** Told each statement before it runs. */
  readonly onStatement?: (statement: Statement) => void
  /** Cancels the statement that runs: what it has not sent is not sent, and it changes nothing. */
  readonly signal?: AbortSignal
  /** Told each statement's result, in order, before the next statement starts. */
  readonly onResult: (result: StatementResult) => void
}

/** A session of a worksheet. */
export interface WorksheetSession {
  /** Sessions are numbered from 1; tasks have some of their own. */
  readonly id: number
  /** Runs a script's statements one after another. @throws WorksheetError at the first that fails; it changed nothing. */
  run(script: string, options?: RunOptions): Promise<void>
  close(): Promise<void>
}

/** A SQL worksheet in Snowflake's dialect, for development: what it cannot do as Snowflake does, it refuses by name. */
export interface Worksheet extends WorksheetSession {
  /** Another session over the same data: with variables, temporary tables and a transaction of its own. */
  openSession(): Promise<WorksheetSession>
  /** Tables, columns and functions that statements may name. Not while a statement runs. */
  names(): Promise<Names>
  /** Runs the tasks that are due; a script does so after each statement. */
  settleTasks(): Promise<void>
  readonly taskHistory: readonly TaskRun[]
  /** Is told of a session that has to wait for a lock of another. */
  onWait(listener: ((session: number) => void) | undefined): void
  /**
   * Makes a table of a local Parquet file, its column names in upper case.
   * `selectSql` is DuckDB's SQL over the relation `source`, e.g. `SELECT * FROM source LIMIT 20000`.
   */
  loadParquet(tableName: string, path: string, selectSql?: string): Promise<void>
}

export interface WorksheetDeps {
  readonly call: CallExternal
  readonly functions?: readonly ExternalFunction[]
  readonly clock?: WorksheetClock
  /** What stands behind the stages of bulk loads. */
  readonly bucket?: ObjectStore
  /** Pipes copy by themselves, as on Snowflake; else only when ALTER PIPE … REFRESH says so. */
  readonly isPiped?: boolean
  /** How many threads the engine may use, all by default: one is cheapest for small tables. */
  readonly threads?: number
  /**
   * Is waited for after each statement of SQL in a procedure of the session with that number. A throw of StatementCancelled cuts the procedure off there,
   * as when its warehouse goes away: no handler runs, and what is open is rolled back.
   */
  readonly afterStatement?: (sql: string, session: number) => Promise<void>
  /** The scripts that it runs by itself once a statement names what they make: all that are shipped for it. */
  readonly shipped?: readonly ShippedScript[]
}

/** Runs a statement until the signal strikes. */
const cancellable = async <T>(
  { engine }: Session,
  signal: AbortSignal | undefined,
  work: () => Promise<T>
): Promise<T> => {
  engine.cancelOn(signal)
  try {
    return await work()
  } finally {
    engine.cancelOn(undefined)
  }
}

/** Opens an empty worksheet in memory (about 0.5 s). Its time zone is UTC; it has one schema. */
export const openWorksheet = async ({
  call,
  functions = externalFunctions,
  clock = worksheetClock,
  afterStatement = async () => {},
  bucket,
  threads,
  shipped,
  isPiped = false
}: WorksheetDeps): Promise<Worksheet> => {
  const account = await openAccount({ call, functions, clock, afterStatement, bucket, threads })
  const { engine, shared, tasks, dynamicTables } = account
  const session = openSession(engine, shared)
  const ensureShipped = await shippedOnDemand(
    account,
    shipped ?? (await shippedScripts()),
    isPiped ? account.pipes : undefined
  )

  const runIn =
    (own: Session): Worksheet['run'] =>
    async (script, options) => {
      for (const statement of account.readScript(script)) {
        options?.onStatement?.(statement)
        await ensureShipped(statement, own)
        const result = await cancellable(own, options?.signal, () => own.run(statement, options?.progress))
        options?.onResult(result)
        if (own.transactions.id() !== null) continue
        await dynamicTables.refresh(own)
        await tasks.settle()
      }
    }
  return {
    id: session.id,
    run: runIn(session),
    openSession: async () => {
      const other = await account.openSession()
      return {
        id: other.id,
        run: runIn(other),
        close: async () => {
          await other.transactions.abandon()
          other.engine.close()
        }
      }
    },
    names: () => readNames(engine, [...account.functions, ...shared.userFunctions.keys()]),
    settleTasks: tasks.settle,
    taskHistory: tasks.history,
    onWait: (listener) => {
      shared.locks.onWait = listener
    },
    loadParquet: async (tableName, path, selectSql = 'SELECT * FROM source') => {
      const query = `WITH source AS (SELECT * FROM read_parquet(${quoteText(path)})) ${selectSql}`
      const columns = (await engine.describe(query)).map((column) => quoteName(column.name.toUpperCase()))
      await engine.run(
        `CREATE TABLE ${quoteName(tableName.toUpperCase())} AS SELECT * FROM (${query}) AS q(${columns.join(', ')})`
      )
      shared.catalog.changeAll()
    },
    close: async () => engine.close()
  }
}
