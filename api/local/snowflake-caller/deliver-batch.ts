import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { bodyOf } from './body.ts'
import { checkAnswer } from './check-answer.ts'
import { delayMs, retryDelay } from './delay.ts'
import { exchangesOf, noReply } from './exchange.ts'
import { requestFailed } from './external-function-error.ts'
import { pollAnswer } from './poll-answer.ts'
import { readReply } from './read-reply.ts'
import { refusal } from './refusal.ts'
import type { Exchanged } from './send.ts'
import type { Statement, StatementBatch } from './statement.ts'

const zip = promisify(gzip)

/**
 * Sends one batch until it is answered, and takes its answer apart. 429, 5xx and broken connections are sent again
 * with the same batch id and the same bytes until the retry budget is spent; a 202 is polled.
 * https://docs.snowflake.com/en/sql-reference/external-functions-best-practices
 *
 * @returns each row's value as JSON text, in row order.
 * @throws ExternalFunctionError when the batch fails the statement.
 */
export const deliverBatch = async (
  statement: Statement,
  batch: StatementBatch
): Promise<readonly string[]> => {
  const { fn, clock, compression } = statement
  const exchange = exchangesOf(statement, batch)
  const plain = Buffer.from(bodyOf(batch.rows), 'utf8')
  const body = compression === 'gzip' ? await zip(plain) : plain
  const endMs = clock.now() + statement.retryBudgetMs

  const answered = async (): Promise<Exchanged> => {
    for (let retry = 0; ; retry += 1) {
      const reply = await statement.flow.run(() => exchange('POST', body))
      if (reply.status === 200) return reply
      if (reply.status === 202) return pollAnswer(statement, exchange)
      const leftMs = endMs - clock.now()
      if (!isRetried(reply.status) || leftMs <= 0) throw await refusal(statement, reply)
      await clock.sleep(
        Math.min(
          leftMs,
          delayMs(retryDelay, retry, () => clock.random())
        )
      )
    }
  }

  const read = await readReply(await answered(), compression === 'gzip')
  if ('problem' in read) throw requestFailed(fn, read.problem)
  return checkAnswer(fn, read.text, batch.rows.length)
}

const isRetried = (status: number): boolean => status === noReply || status === 429 || status >= 500
