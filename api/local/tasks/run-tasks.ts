import type { Statement } from '../worksheet/read-script.ts'
import type { Frame, Session } from '../worksheet/session.ts'
import { list, nodeOf } from '../worksheet/sql-tree.ts'
import { evaluate } from '../worksheet/value.ts'
import { scheduleOf } from './schedule.ts'
import type { Task, TaskRun } from './task.ts'

export interface TaskRunnerDeps {
  readonly tasks: Map<string, Task>
  readonly openSession: () => Promise<Session>
  readonly readOne: (sql: string) => Statement
  readonly now: () => Date
  readonly isCancelled: (error: unknown) => boolean
}

/** Runs tasks as Snowflake would beside a worksheet. */
export interface TaskRunner {
  readonly execute: (task: Task) => void
  /**
   * What the local stack does after each statement that leaves no transaction open: runs that EXECUTE TASK asked for,
   * then, once each, started tasks whose condition holds or whose schedule is due by the clock. On Snowflake they run
   * beside the worksheet and within 30 seconds; here, one after another, before the next statement.
   */
  readonly settle: () => Promise<void>
  /** The newest runs, oldest first. */
  readonly history: readonly TaskRun[]
}

const keptRuns = 1_000
/** SUSPEND_TASK_AFTER_NUM_FAILURES unless told: https://docs.snowflake.com/en/sql-reference/sql/create-task */
const defaultFailures = 10

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the runs asked for and their history
export const taskRunner = ({ tasks, openSession, readOne, now, isCancelled }: TaskRunnerDeps): TaskRunner => {
  const asked: string[] = []
  const history: TaskRun[] = []
  let isSettling = false
  const frame: Frame = { binds: new Map(), depth: 0, isOwner: false, progress: undefined }

  const note = (run: TaskRun): void => {
    history.push(run)
    if (history.length > keptRuns) history.shift()
  }

  const conditionHolds = async (task: Task, session: Session): Promise<boolean> => {
    if (task.condition === undefined) return true
    const [item] = list(nodeOf(readOne(`select ${task.condition}`).parse()).body, 'expressions')
    const { kind, body } = nodeOf(item)
    const value = await evaluate(kind === 'alias' ? body.this : item, session.compiler(frame))
    return value.text === 'true'
  }

  const failed = (task: Task): void => {
    task.failures += 1
    const most = Number(task.options.SUSPEND_TASK_AFTER_NUM_FAILURES ?? defaultFailures)
    if (most === 0 || task.failures < most) return
    task.isStarted = false
    task.suspendedBecause = 'SUSPENDED_DUE_TO_ERRORS'
  }

  /** A run has a session of its own. The condition counts for EXECUTE TASK, too: a run it forbids is skipped. */
  const runOnce = async (task: Task, isAsked: boolean): Promise<void> => {
    const session = await openSession()
    const startedAt = now()
    try {
      if (!(await conditionHolds(task, session))) {
        const message = 'Conditional expression for task evaluated to false.'
        if (isAsked) note({ name: task.name, startedAt, state: 'SKIPPED', message, answer: null })
        return
      }
      const { rows } = await session.run(task.statement, undefined)
      task.failures = 0
      note({ name: task.name, startedAt, state: 'SUCCEEDED', message: null, answer: rows[0]?.[0] ?? null })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      note({
        name: task.name,
        startedAt,
        state: isCancelled(error) ? 'CANCELLED' : 'FAILED',
        message,
        answer: null
      })
      failed(task)
    } finally {
      await session.transactions.abandon()
      session.engine.close()
    }
  }

  const isDue = (task: Task): boolean => {
    if (!task.isStarted) return false
    const { SCHEDULE } = task.options
    if (SCHEDULE === undefined) return task.condition !== undefined
    return scheduleOf(SCHEDULE)(task.countsFrom) <= now()
  }

  return {
    history,
    execute: (task) => void asked.push(task.name),
    settle: async () => {
      if (isSettling) return
      isSettling = true
      try {
        for (let name = asked.shift(); name !== undefined; name = asked.shift()) {
          const task = tasks.get(name)
          if (task) await runOnce(task, true)
        }
        for (const task of [...tasks.values()].filter(isDue)) {
          task.countsFrom = now()
          await runOnce(task, false)
        }
      } finally {
        isSettling = false
      }
    }
  }
}
