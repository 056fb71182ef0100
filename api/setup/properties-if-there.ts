import { isAbsent, type ResultRow, type Session } from './session.ts'
import { propertiesOf } from './show-answers.ts'

/** What DESCRIBE tells, or undefined where there is no such object. @throws SqlError when a right is missing */
export const propertiesIfThere = async (
  session: Session,
  statement: string
): Promise<ReadonlyMap<string, string> | undefined> => {
  let rows: readonly ResultRow[]
  try {
    rows = await session.run(statement)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
  return propertiesOf(rows)
}
