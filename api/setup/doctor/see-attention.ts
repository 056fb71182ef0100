import type { Variables } from '../script.ts'
import { isAbsent, type Session, SqlError } from '../session.ts'
import type { AttentionFacts } from './facts.ts'

/** Reads `dynamo_attention`, most urgent first; it changes nothing. */
export const seeAttention = async (session: Session, variables: Variables): Promise<AttentionFacts> => {
  const { owner_role, warehouse, database, schema } = variables
  try {
    await session.run(`use role ${owner_role}`)
    await session.run(`use warehouse ${warehouse}`)
    const rows = await session.run(
      `select severity, kind, cause, subject, target_table, since, detail, mend from ${database}.${schema}.dynamo_attention order by severity, since`
    )
    return { rows }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    return isAbsent(error) ? { leftOut: 'there is no dynamo_attention' } : { leftOut: error.message }
  }
}
