import type { StatementCheck } from './check.ts'
import { keepingGrants } from './kept-grants.ts'
import type { Script } from './script.ts'
import { isAbsent, isForbidden, type Session } from './session.ts'
import { checkOf } from './statement-check.ts'

const noted = /^insert into (\S+) \(step, done_at\)\s+select\s+'(\w+)'/

/** Asks whether a step has been done, of an upgrade or of the files of a page; nothing for scripts of another kind. */
const stepCheck = (statements: readonly string[]): StatementCheck | undefined => {
  const last = statements.at(-1) ?? ''
  if (statements.some((statement) => statement.startsWith('put '))) return checkOf(last)
  const [, table, step] = noted.exec(last) ?? []
  if (step === undefined) return undefined
  return {
    probe: `select step from ${table} where step = '${step}'`,
    isDone: (rows) => rows.some((row) => row.STEP === step)
  }
}

/**
 * Runs those statements of a script whose effect is not there yet. A step of an upgrade, and the files of a page, run whole, or not at all where
 * their last statement has noted them: each statement may be repeated, so what was cut off begins again.
 *
 * @returns how many changed something
 * @throws Error naming the script, what Snowflake said and what to do
 */
export const runScript = async (session: Session, { path, statements }: Script): Promise<number> => {
  const step = stepCheck(statements)
  if (step) return runStep(session, { path, statements }, step)
  let changes = 0
  for (const statement of statements) {
    try {
      const check = checkOf(statement)
      if (check && (await isDone(session, check))) continue
      await session.run(await keepingGrants(session, statement))
      if (check) changes += 1
    } catch (error) {
      throw new Error(explain(path, statement, error))
    }
  }
  return changes
}

/** @returns 1 when the step was done now, 0 when it had been */
const runStep = async (
  session: Session,
  { path, statements }: Script,
  step: StatementCheck
): Promise<number> => {
  let isAsked = false
  for (const statement of statements) {
    try {
      // The role that owns the notes, and a warehouse, come first.
      const isChoice = statement.startsWith('use ')
      if (!isChoice && !isAsked && (await isDone(session, step))) return 0
      isAsked ||= !isChoice
      await session.run(statement)
    } catch (error) {
      throw new Error(explain(path, statement, error))
    }
  }
  return 1
}

const isDone = async (session: Session, { probe, isDone }: StatementCheck): Promise<boolean> => {
  try {
    return isDone(await session.run(probe))
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}

const explain = (path: string, statement: string, error: unknown): string => {
  const [first] = statement.split('\n', 1)
  const cure = isForbidden(error)
    ? 'connect as a user who has the role, or name another with --admin-role'
    : 'mend it and run the set-up again, it goes on from here; npm run doctor names what is wrong'
  return `sql/${path}: "${first}": ${error instanceof Error ? error.message : String(error)} (${cure})`
}
