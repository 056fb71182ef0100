import { randomUUID } from 'node:crypto'
import type { Results } from './results.ts'
import type { Done, Session } from './session.ts'
import type { Outcome } from './statement.ts'

/** Gives what statements have done an id, and keeps it among the results of the session. */
export interface Answers extends Pick<Session, 'say' | 'show' | 'showValue'> {
  readonly answer: (sql: string, outcome: Outcome) => Promise<Done>
}

/** https://docs.snowflake.com/en/user-guide/querying-persisted-results */
export const openAnswers = (results: Results): Answers => {
  const say: Session['say'] = (sql, status) => {
    const queryId = randomUUID()
    results.note(queryId)
    return { sql, queryId, columns: [], rows: [], status }
  }

  const show: Session['show'] = async (sql, query) => {
    const queryId = randomUUID()
    return { sql, queryId, ...(await results.read(queryId, query)) }
  }

  const showValue: Session['showValue'] = async (sql, name, value) => {
    const queryId = randomUUID()
    return { sql, queryId, ...(await results.value(queryId, name, value)) }
  }

  const answer: Answers['answer'] = async (sql, outcome) => {
    if ('query' in outcome) return show(sql, outcome.query)
    if ('status' in outcome) return say(sql, outcome.status)
    const changed = outcome.counts
      .filter(([name]) => !name.includes('multi-joined'))
      .reduce((sum, [, count]) => sum + count, 0n)
    const queryId = randomUUID()
    return { sql, queryId, ...results.count(queryId, outcome.counts), changed }
  }

  return { say, show, showValue, answer }
}
