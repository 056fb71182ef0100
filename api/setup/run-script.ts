import type { StatementCheck } from './check.ts'
import { keepingGrants } from './kept-grants.ts'
import type { Script } from './script.ts'
import { isAbsent, isForbidden, type Session } from './session.ts'
import { checkOf } from './statement-check.ts'

/**
 * Runs those statements of a script whose effect is not there yet.
 *
 * @returns how many changed something
 * @throws Error naming the script, what Snowflake said and what to do
 */
export const runScript = async (session: Session, { path, statements }: Script): Promise<number> => {
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
