import { plainName, readCreate, statementReader } from '../scripting/token-reader.ts'
import type { Statement } from '../worksheet/read-script.ts'
import type { Extension } from '../worksheet/session.ts'
import { showStatement } from '../worksheet/show-rows.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'
import { scheduleOf } from './schedule.ts'
import type { Task } from './task.ts'

export interface TaskDeps {
  readonly tasks: Map<string, Task>
  readonly functions: ReadonlySet<string>
  readonly readOne: (sql: string) => Statement
  readonly now: () => Date
  /** Notes that EXECUTE TASK wants a run: it comes when the statement has ended. */
  readonly execute: (task: Task) => void
}

const options = [
  'WAREHOUSE',
  'SCHEDULE',
  'CONFIG',
  'ALLOW_OVERLAPPING_EXECUTION',
  'USER_TASK_TIMEOUT_MS',
  'SUSPEND_TASK_AFTER_NUM_FAILURES',
  'TASK_AUTO_RETRY_ATTEMPTS',
  'USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS',
  'USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE',
  'SERVERLESS_TASK_MIN_STATEMENT_SIZE',
  'SERVERLESS_TASK_MAX_STATEMENT_SIZE',
  'TARGET_COMPLETION_INTERVAL',
  'ERROR_INTEGRATION',
  'SUCCESS_INTEGRATION',
  'QUERY_TAG',
  'STATEMENT_TIMEOUT_IN_SECONDS',
  'LOCK_TIMEOUT',
  'TIMEZONE',
  'COMMENT'
]

const shownColumns = [
  'created_on',
  'name',
  'owner',
  'comment',
  'warehouse',
  'schedule',
  'state',
  'definition',
  'condition',
  'error_integration',
  'config',
  'last_suspended_reason'
]

/** CREATE, ALTER, DROP, EXECUTE and SHOW of tasks. https://docs.snowflake.com/en/sql-reference/sql/create-task */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the tasks; a short function for each statement
export const taskExtensions = ({
  tasks,
  functions,
  readOne,
  now,
  execute
}: TaskDeps): readonly Extension[] => {
  const named = (name: string): Task => {
    const task = tasks.get(name)
    if (task === undefined) throw compilationError(`Task '${name}' does not exist or not authorized.`)
    return task
  }

  const readerOf = (statement: Statement) => statementReader(statement, functions, readOne)

  /** `NAME = value …` up to the end or to one of the words. */
  const readOptions = (
    read: ReturnType<typeof readerOf>,
    ...ends: readonly string[]
  ): Record<string, string> => {
    const given: Record<string, string> = {}
    while (!read.isAtEnd() && !ends.includes(read.peek())) {
      const name = read.next()
      if (!options.includes(name) || !read.accept('=')) throw notSupported(`A task with ${name}`)
      given[name] = read.text()
      read.accept(',')
    }
    if (given.SCHEDULE !== undefined) scheduleOf(given.SCHEDULE)
    return given
  }

  const create: Extension['run'] = async (statement, frame, session) => {
    const read = readerOf(statement)
    const { isReplacing, isOptional, name } = readCreate(read, 'TASK')
    const given = readOptions(read, 'WHEN', 'AS', 'AFTER', 'FINALIZE')
    const condition = read.accept('WHEN') ? read.until('AS').sql : undefined
    if (!read.accept('AS')) throw notSupported(`A task with ${read.peek()}`)
    const text = read.rest().sql
    await session.transactions.beforeDdl(frame.depth, 'CREATE TASK')
    if (tasks.has(name) && !isReplacing) {
      if (isOptional) return session.say(statement.sql, `${name} already exists, statement succeeded.`)
      throw compilationError(`Object '${name}' already exists.`)
    }
    tasks.set(name, {
      name,
      createdAt: now(),
      options: given,
      condition,
      statement: readOne(text),
      isStarted: false,
      suspendedBecause: null,
      countsFrom: now(),
      failures: 0
    })
    return session.say(statement.sql, `Task ${name} successfully created.`)
  }

  const alter: Extension['run'] = async (statement, frame, session) => {
    const read = readerOf(statement)
    read.expect('ALTER')
    read.expect('TASK')
    const isOptional = read.accept('IF', 'EXISTS')
    const name = plainName(read)
    await session.transactions.beforeDdl(frame.depth, 'ALTER TASK')
    const done = session.say(statement.sql, 'Statement executed successfully.')
    if (isOptional && !tasks.has(name)) return done
    const task = named(name)
    const verb = read.next()
    if (verb === 'RESUME') {
      task.isStarted = true
      task.suspendedBecause = null
      task.failures = 0
      task.countsFrom = now()
    } else if (verb === 'SUSPEND') {
      if (task.isStarted) task.suspendedBecause = 'USER_SUSPENDED'
      task.isStarted = false
    } else if (verb === 'SET')
      tasks.set(name, { ...task, options: { ...task.options, ...readOptions(read) } })
    else if (verb === 'UNSET') {
      const removed = read.name()
      tasks.set(name, {
        ...task,
        options: Object.fromEntries(Object.entries(task.options).filter(([option]) => option !== removed))
      })
    } else throw notSupported(`ALTER TASK … ${verb}`)
    return done
  }

  const drop: Extension['run'] = async (statement, frame, session) => {
    const read = readerOf(statement)
    read.expect('DROP')
    read.expect('TASK')
    const isOptional = read.accept('IF', 'EXISTS')
    const name = plainName(read)
    await session.transactions.beforeDdl(frame.depth, 'DROP TASK')
    if (!tasks.has(name) && isOptional)
      return session.say(statement.sql, `Drop statement executed successfully (${name} already dropped).`)
    tasks.delete(named(name).name)
    return session.say(statement.sql, `${name} successfully dropped.`)
  }

  const executeTask: Extension['run'] = async (statement, _, session) => {
    const read = readerOf(statement)
    read.expect('EXECUTE')
    read.expect('TASK')
    const name = plainName(read)
    execute(named(name))
    return session.say(statement.sql, `Task ${name} is scheduled to run immediately.`)
  }

  const show = showStatement('tasks', shownColumns, async () =>
    [...tasks.values()].map((task) => ({
      created_on: task.createdAt.toISOString(),
      name: task.name,
      owner: 'LOCAL',
      comment: task.options.COMMENT ?? '',
      warehouse: task.options.WAREHOUSE ?? null,
      schedule: task.options.SCHEDULE ?? null,
      state: task.isStarted ? 'started' : 'suspended',
      definition: task.statement.sql,
      condition: task.condition ?? null,
      error_integration: task.options.ERROR_INTEGRATION ?? null,
      config: task.options.CONFIG ?? null,
      last_suspended_reason: task.suspendedBecause
    }))
  )

  return [
    { words: /^create\s+(or\s+replace\s+)?task\b/i, run: create },
    { words: /^alter\s+task\b/i, run: alter },
    { words: /^drop\s+task\b/i, run: drop },
    { words: /^execute\s+task\b/i, run: executeTask },
    show
  ]
}
