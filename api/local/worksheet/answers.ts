import { randomUUID } from 'node:crypto'
import type { Results } from './results.ts'
import type { Done, Session } from './session.ts'
import type { Outcome } from './statement.ts'

/** Gives what statements have done an id, and keeps it among the results of the session. */
export interface Answers extends Pick<Session, 'say' | 'show' | 'showValue'> {
  readonly answer: (sql: string, outcome: Outcome, queryId: string) => Promise<Done>
}

/** https://docs.snowflake.com/en/user-guide/querying-persisted-results */
export const openAnswers = (results: Results): Answers => {
  const sayAs = (sql: string, status: string, queryId: string): Done => {
    results.note(queryId)
    return { sql, queryId, columns: [], rows: [], status }
  }

  const showAs = async (sql: string, query: string, queryId: string): Promise<Done> => ({
    sql,
    queryId,
    ...(await results.read(queryId, query))
  })

  const showValue: Session['showValue'] = async (sql, name, value) => {
    const queryId = randomUUID()
    return { sql, queryId, ...(await results.value(queryId, name, value)) }
  }

  const answer: Answers['answer'] = async (sql, outcome, queryId) => {
    if ('query' in outcome) return showAs(sql, outcome.query, queryId)
    if ('status' in outcome) return sayAs(sql, outcome.status, queryId)
    const changed = outcome.counts
      .filter(([name]) => !name.includes('multi-joined'))
      .reduce((sum, [, count]) => sum + count, 0n)
    return { sql, queryId, ...results.count(queryId, outcome.counts), changed }
  }

  return {
    say: (sql, status) => sayAs(sql, status, randomUUID()),
    show: (sql, query) => showAs(sql, query, randomUUID()),
    showValue,
    answer
  }
}
