import { delayMs, pollDelay } from './delay.ts'
import { type Exchange, noReply } from './exchange.ts'
import { requestFailed } from './external-function-error.ts'
import { refusal } from './refusal.ts'
import type { Exchanged } from './send.ts'
import type { Statement } from './statement.ts'

/**
 * Asks for the answer of a batch that was accepted with 202: waits, GETs, and so on, each wait longer than the last.
 * An error status ends the statement, also 429 and 5xx: Snowflake's docs name them as ways out of this loop. A broken
 * connection has no status and is tried again.
 * https://docs.snowflake.com/en/sql-reference/external-functions-implementation
 *
 * @returns the reply with status 200.
 * @throws ExternalFunctionError on an error status, or when the poll budget is spent.
 */
export const pollAnswer = async (statement: Statement, exchange: Exchange): Promise<Exchanged> => {
  const { fn, clock, pollBudgetMs } = statement
  const endMs = clock.now() + pollBudgetMs
  let cause: unknown

  for (let poll = 0; ; poll += 1) {
    const leftMs = endMs - clock.now()
    if (leftMs <= 0)
      throw requestFailed(
        fn,
        `Timeout was reached: no answer ${pollBudgetMs} ms after the batch was accepted`,
        cause
      )
    await clock.sleep(
      Math.min(
        leftMs,
        delayMs(pollDelay, poll, () => clock.random())
      )
    )
    const reply = await exchange('GET')
    if (reply.status === 200) return reply
    if (reply.status !== 202 && reply.status !== noReply) throw await refusal(statement, reply)
    cause = reply.cause
  }
}
