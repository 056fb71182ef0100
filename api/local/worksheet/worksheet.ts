import { setTimeout as sleep } from 'node:timers/promises'
import { type ExternalFunction, externalFunctions } from '../../runtime/external-functions.ts'
import type { ObjectStore } from '../../store/object-store.ts'
import { describeResult } from '../scripting/describe-result.ts'
import { functionExtensions } from '../scripting/functions.ts'
import { type Procedure, scriptingExtensions } from '../scripting/procedures.ts'
import { StatementCancelled } from '../scripting/script-error.ts'
import { namesIn, runShipped, shippedScripts } from '../scripting/shipped-scripts.ts'
import { showProcedures } from '../scripting/show-procedures.ts'
import { copyExtension } from '../stages/copy-into.ts'
import { readStage } from '../stages/read-stage.ts'
import { openStages, stageExtensions } from '../stages/stages.ts'
import { openDynamicTables } from '../streams/dynamic-tables.ts'
import { streamExtensions } from '../streams/stream-statements.ts'
import { openStreams } from '../streams/streams.ts'
import { taskRunner } from '../tasks/run-tasks.ts'
import type { Task, TaskRun } from '../tasks/task.ts'
import { taskExtensions } from '../tasks/task-statements.ts'
import type { CallExternal } from './call-external.ts'
import type { CallingView } from './calling-view.ts'
import { openEngine } from './engine.ts'
import { knownFunctions } from './function-catalog.ts'
import { quoteName, quoteText } from './identifiers.ts'
import { readScript, type Statement } from './read-script.ts'
import { openSession, type Session, type Shared } from './session.ts'
import type { StatementResult } from './statement-result.ts'
import { tableLocks } from './table-locks.ts'
import type { UserFunction } from './user-function.ts'
import { WorksheetError } from './worksheet-error.ts'

export type { CallExternal } from './call-external.ts'
export type { StatementResult } from './statement-result.ts'
export { WorksheetError } from './worksheet-error.ts'

export interface RunOptions {
  /** Told after each answered batch of an external function. */
  readonly progress?: (answered: number, of: number) => void
  /** Told each statement's result, in order, before the next statement starts. */
  readonly onResult: (result: StatementResult) => void
}

/** The time of CURRENT_TIMESTAMP() and of schedules, and SYSTEM$WAIT. */
export interface WorksheetClock {
  readonly now: () => Date
  readonly wait: (seconds: number) => Promise<void>
}

/** SYSTEM$WAIT is cut short: what it waits for runs in this process. */
const longestWaitMs = 100

export const worksheetClock: WorksheetClock = {
  now: () => new Date(),
  wait: async (seconds) => void (await sleep(Math.min(seconds * 1_000, longestWaitMs)))
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
  /**
   * Is waited for after each statement of SQL in a procedure of the session with that number. A throw of StatementCancelled cuts the procedure off there,
   * as when its warehouse goes away: no handler runs, and what is open is rolled back.
   */
  readonly afterStatement?: (sql: string, session: number) => Promise<void>
}

/** Opens an empty worksheet in memory (about 0.5 s). Its time zone is UTC; it has one schema. */
export const openWorksheet = async ({
  call,
  functions = externalFunctions,
  clock = worksheetClock,
  afterStatement = async () => {},
  bucket
}: WorksheetDeps): Promise<Worksheet> => {
  const engine = await openEngine()
  const known = knownFunctions(
    engine.macros.keys(),
    functions.map((fn) => fn.name)
  )
  const read = (script: string): readonly Statement[] => readScript(script, known)
  const readOne = (sql: string): Statement => {
    const [statement, more] = read(sql)
    if (statement === undefined || more !== undefined) throw new WorksheetError('one statement at a time')
    return statement
  }
  const userFunctions = new Map<string, UserFunction>()
  const procedures = new Map<string, Procedure>()
  const tasks = new Map<string, Task>()
  const streams = await openStreams(engine)
  const stages = openStages(bucket)
  const dynamicTables = openDynamicTables(known, readOne)
  const now = (): Date => clock.now()
  const openOther = async (): Promise<Session> => openSession(await engine.connect(), shared)
  const isCancelled = (error: unknown): boolean => error instanceof StatementCancelled
  const runner = taskRunner({ tasks, openSession: openOther, readOne, now, isCancelled })
  let sessions = 0
  const parts = { functions: known, readOne, now }
  const shared: Shared = {
    call,
    functions,
    userFunctions,
    views: new Map<string, CallingView>(),
    viewQueries: new Map(),
    locks: tableLocks(),
    others: { ...streams, stage: readStage(stages) },
    advance: streams.advance,
    extensions: [
      ...scriptingExtensions({ ...parts, procedures, readScript: read, wait: clock.wait, afterStatement }),
      describeResult(readOne),
      ...functionExtensions({ ...parts, userFunctions }),
      ...streamExtensions({ ...parts, streams, dynamicTables: dynamicTables.queries }),
      ...dynamicTables.extensions,
      showProcedures(procedures),
      ...stageExtensions({ ...parts, stages }),
      copyExtension(stages),
      ...taskExtensions({ ...parts, tasks, execute: runner.execute })
    ],
    readScript: read,
    now,
    nextSession: () => {
      sessions += 1
      return sessions
    }
  }
  const session = openSession(engine, shared)

  /** The scripts of syncs run when a statement first names something that they make: they take half a second. */
  const scripts = await shippedScripts()
  const names = namesIn(scripts)
  let shipped: Promise<void> | undefined
  const ensureShipped = async ({ sql }: Statement): Promise<void> => {
    const isNamed = (sql.match(/\w+/g) ?? []).some((name) => names.has(name.toUpperCase()))
    if (!isNamed && shipped === undefined) return
    shipped ??= openOther().then(async (other) => {
      await runShipped(scripts, other, read)
      other.engine.close()
    })
    await shipped
  }

  const runIn =
    (own: Session): Worksheet['run'] =>
    async (script, options) => {
      for (const statement of read(script)) {
        await ensureShipped(statement)
        const result = await own.run(statement, options?.progress)
        options?.onResult(result)
        if (own.transactions.id() !== null) continue
        await dynamicTables.refresh(own)
        await runner.settle()
      }
    }
  return {
    id: session.id,
    run: runIn(session),
    openSession: async () => {
      const other = await openOther()
      return {
        id: other.id,
        run: runIn(other),
        close: async () => {
          await other.transactions.abandon()
          other.engine.close()
        }
      }
    },
    settleTasks: runner.settle,
    taskHistory: runner.history,
    onWait: (listener) => {
      shared.locks.onWait = listener
    },
    loadParquet: async (tableName, path, selectSql = 'SELECT * FROM source') => {
      const query = `WITH source AS (SELECT * FROM read_parquet(${quoteText(path)})) ${selectSql}`
      const columns = (await engine.describe(query)).map((column) => quoteName(column.name.toUpperCase()))
      await engine.run(
        `CREATE TABLE ${quoteName(tableName.toUpperCase())} AS SELECT * FROM (${query}) AS q(${columns.join(', ')})`
      )
    },
    close: async () => engine.close()
  }
}
