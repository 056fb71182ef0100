import type { ExternalFunction } from '../../runtime/external-functions.ts'
import type { ObjectStore } from '../../store/object-store.ts'
import { alterTable } from '../scripting/alter-table.ts'
import { callExtensions } from '../scripting/call.ts'
import { describeResult } from '../scripting/describe-result.ts'
import { functionExtensions } from '../scripting/functions.ts'
import type { StoredProcedure } from '../scripting/procedure.ts'
import { procedureExtensions } from '../scripting/procedures.ts'
import { StatementCancelled } from '../scripting/script-error.ts'
import { neededScripts, runShipped, type ShippedScript } from '../scripting/shipped-scripts.ts'
import { copyExtension } from '../stages/copy-into.ts'
import { openPipes, type Pipes } from '../stages/pipes.ts'
import { readStage } from '../stages/read-stage.ts'
import { openStages, stageExtensions } from '../stages/stages.ts'
import { type DynamicTables, openDynamicTables } from '../streams/dynamic-tables.ts'
import { streamExtensions } from '../streams/stream-statements.ts'
import { openStreams } from '../streams/streams.ts'
import { type TaskRunner, taskRunner } from '../tasks/run-tasks.ts'
import type { Task } from '../tasks/task.ts'
import { taskExtensions } from '../tasks/task-statements.ts'
import type { CallExternal } from './call-external.ts'
import { openCatalog } from './catalog.ts'
import { type Engine, openEngine } from './engine.ts'
import { knownFunctions } from './function-catalog.ts'
import { openSession } from './open-session.ts'
import { readScript, type Statement } from './read-script.ts'
import type { Session, Shared } from './session.ts'
import { showHere } from './show-here.ts'
import { tableLocks } from './table-locks.ts'
import type { UserFunction } from './user-function.ts'
import type { WorksheetClock } from './worksheet-clock.ts'
import { WorksheetError } from './worksheet-error.ts'

export interface AccountDeps {
  readonly call: CallExternal
  readonly functions: readonly ExternalFunction[]
  readonly clock: WorksheetClock
  readonly bucket: ObjectStore | undefined
  /** See WorksheetDeps. */
  readonly threads: number | undefined
  /** See WorksheetDeps. */
  readonly afterStatement: (sql: string, session: number) => Promise<void>
}

/** What the sessions of a worksheet share: data, procedures, streams, stages, tasks. */
export interface Account {
  readonly engine: Engine
  readonly shared: Shared
  /** Functions of Snowflake that the worksheet has, and external ones. */
  readonly functions: ReadonlySet<string>
  readonly readScript: (script: string) => readonly Statement[]
  readonly dynamicTables: DynamicTables
  readonly pipes: Pipes
  readonly tasks: TaskRunner
  /** A session on a connection of its own. */
  readonly openSession: () => Promise<Session>
}

const readerOf = (known: ReadonlySet<string>) => {
  const read = (script: string): readonly Statement[] => readScript(script, known)
  const readOne = (sql: string): Statement => {
    const [statement, more] = read(sql)
    if (statement === undefined || more !== undefined) throw new WorksheetError('one statement at a time')
    return statement
  }
  return { read, readOne }
}

export const openAccount = async (deps: AccountDeps): Promise<Account> => {
  const { call, functions, clock, bucket, afterStatement } = deps
  const engine = await openEngine(deps.threads)
  const names = functions.map((fn) => fn.name)
  const known = knownFunctions(engine.macros.keys(), names)
  const { read, readOne } = readerOf(known)
  const parts = { functions: known, readOne, now: clock.now }
  const userFunctions = new Map<string, UserFunction>()
  const procedures = new Map<string, StoredProcedure>()
  const tasks = new Map<string, Task>()
  const streams = await openStreams(engine)
  const stages = openStages(bucket)
  const dynamicTables = openDynamicTables(known, readOne)
  const open = async (): Promise<Session> => openSession(await engine.connect(), shared)
  const pipes = openPipes({ ...parts, openSession: open })
  const isCancelled = (error: unknown): boolean => error instanceof StatementCancelled
  const runner = taskRunner({ ...parts, tasks, openSession: open, isCancelled })
  let sessions = 0
  const shared: Shared = {
    call,
    functions,
    userFunctions,
    views: new Map(),
    viewQueries: new Map(),
    locks: tableLocks(),
    others: { ...streams, stage: readStage(stages) },
    advance: streams.advance,
    extensions: [
      ...procedureExtensions({ ...parts, procedures }),
      ...callExtensions({ ...parts, procedures, readScript: read, wait: clock.wait, afterStatement }),
      describeResult(readOne),
      alterTable,
      ...functionExtensions({ ...parts, userFunctions }),
      ...showHere(functions, userFunctions),
      ...streamExtensions({ ...parts, streams, dynamicTables: dynamicTables.queries }),
      ...dynamicTables.extensions,
      ...stageExtensions({ ...parts, stages }),
      copyExtension(stages),
      ...pipes.extensions,
      ...taskExtensions({ ...parts, tasks, execute: runner.execute })
    ],
    now: clock.now,
    catalog: openCatalog(),
    nextSession: () => {
      sessions += 1
      return sessions
    }
  }
  return {
    engine,
    shared,
    functions: known,
    readScript: read,
    dynamicTables,
    pipes,
    tasks: runner,
    openSession: open
  }
}

/**
 * The scripts of syncs and loads run when a statement first names something that they make: all of them take seconds.
 *
 * @param pipes copy by themselves, before each statement that reads what they bring; undefined: only when they are told to
 * @returns what is to be waited for before a statement
 */
export const shippedOnDemand = async (
  { openSession: open, readScript: read, functions }: Account,
  scripts: readonly ShippedScript[],
  pipes?: Pipes
): Promise<(statement: Statement, own: Session) => Promise<void>> => {
  const needed = neededScripts(scripts)
  let shipped = Promise.resolve()
  const run = async (next: readonly ShippedScript[]): Promise<void> => {
    const session = await open()
    await runShipped(next, session, functions, read)
    session.engine.close()
  }
  return async ({ sql }, { transactions }) => {
    const next = needed.next(sql)
    if (next.length > 0) shipped = shipped.then(() => run(next))
    await shipped
    if (pipes && transactions.id() === null && needed.readsPiped(sql)) await pipes.arrive()
  }
}
