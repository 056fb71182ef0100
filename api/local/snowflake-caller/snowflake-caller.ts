import { randomUUID } from 'node:crypto'
import type { ExternalFunction } from '../../runtime/external-functions.ts'
import { snowflakeMs } from '../../runtime/time-budgets.ts'
import { cutBatches } from './batches.ts'
import { type Clock, systemClock } from './clock.ts'
import { deliverBatch } from './deliver-batch.ts'
import { flow } from './flow.ts'
import { gateway } from './gateway.ts'
import { checkHeaders } from './header-rules.ts'
import { batchHeaders } from './headers.ts'
import { httpSend } from './http-send.ts'
import type { Send } from './send.ts'
import type { BatchEvent, Statement } from './statement.ts'

export { ExternalFunctionError } from './external-function-error.ts'

export interface CallerOptions {
  /** Where the API listens, e.g. `http://127.0.0.1:3000`. */
  readonly baseUrl: string
  /** Batches in flight at once; default 8. */
  readonly concurrency?: number
  /** COMPRESSION of the function, both ways; default `gzip`. */
  readonly compression?: 'gzip' | 'none'
  /** How long a batch may be sent again after 429, 5xx and broken connections; default 600,000. Snowflake's is unpublished. */
  readonly retryBudgetMs?: number
  /** How long a 202 is polled; default 600,000, Snowflake's documented limit. */
  readonly pollBudgetMs?: number
  /** CONTEXT_HEADERS: values by context function; default CURRENT_USER, CURRENT_ROLE, CURRENT_ACCOUNT of a local session. */
  readonly context?: Readonly<Record<string, string>>
  /** HEADERS: constants, sent as `sf-custom-<name>`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Cancels the statements under way, as closing does. */
  readonly signal?: AbortSignal
  readonly clock?: Clock
  /** Told of every exchange as it ends. */
  readonly onBatch?: (event: BatchEvent) => void
  /** Carries requests; default real HTTP. A simulation may put an app instance per batch behind it. */
  readonly send?: Send
}

export interface StatementOptions {
  /** The id of the statement, for the audit: what LAST_QUERY_ID() answers after it; by default one of its own. */
  readonly queryId?: string | undefined
  /** Told after each batch how many rows are answered. */
  readonly progress?: ((answered: number, of: number) => void) | undefined
  /** Ends this call alone: batches that are not sent stay unsent. */
  readonly signal?: AbortSignal | undefined
}

export interface SnowflakeCaller {
  /**
   * One SQL statement's calls of one function.
   *
   * @param rows for each row its arguments in declared order, each a JSON text.
   * @returns for each row its answer as JSON text, in the order of `rows`.
   * @throws ExternalFunctionError in Snowflake's words. What other batches wrote by then stays written.
   */
  call(
    fn: ExternalFunction,
    rows: readonly (readonly string[])[],
    options?: StatementOptions
  ): Promise<readonly string[]>
  /** Cancels what is under way, waits for its end, drops the connections. */
  close(): Promise<void>
}

const localSession = { CURRENT_USER: 'LOCAL_USER', CURRENT_ROLE: 'LOCAL_ROLE', CURRENT_ACCOUNT: 'LOCAL' }

/**
 * Snowflake's side of the external-function protocol: what Snowflake sends it sends, what Snowflake refuses it refuses.
 *
 * @throws RangeError when `headers` or `context` hold what CREATE EXTERNAL FUNCTION would refuse.
 */
export const snowflakeCaller = (options: CallerOptions): SnowflakeCaller => {
  const { baseUrl, concurrency = 8, compression = 'gzip', context = localSession, headers = {} } = options
  const { retryBudgetMs = snowflakeMs, pollBudgetMs = snowflakeMs, onBatch } = options
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new RangeError(`concurrency must be a whole number of at least 1, not ${concurrency}`)
  checkHeaders(context, headers)

  const closing = new AbortController()
  const ends = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal
  const http = httpSend()
  const send = gateway(options.send ?? http.send)
  const underWay = new Set<Promise<unknown>>()

  const call: SnowflakeCaller['call'] = async (fn, rows, { queryId, progress, signal: cancel } = {}) => {
    const odd = rows.findIndex((args) => args.length !== fn.args.length)
    if (odd >= 0)
      throw new RangeError(`${fn.name} takes ${fn.args.length} arguments; row ${odd} has another number`)

    const signal = cancel ? AbortSignal.any([ends, cancel]) : ends
    const clock = options.clock ?? systemClock(signal)
    const callId = randomUUID()
    const failures: unknown[] = []
    const statement: Statement = {
      ...{ fn, compression, send, clock, retryBudgetMs, pollBudgetMs, signal, onBatch },
      url: baseUrl.replace(/\/$/, '') + fn.route,
      headersOf: batchHeaders(fn, { queryId: queryId ?? callId, compression, context, constants: headers }),
      flow: flow(concurrency),
      hasFailed: () => failures.length > 0
    }
    const batches = cutBatches(rows.length, fn.maxBatchRows, () => clock.random()).entries()
    const answers = new Array<string>(rows.length)
    let answered = 0

    const sendBatches = async (): Promise<void> => {
      for (const [n, { from, to }] of batches) {
        const batch = { id: `${callId}:${n + 1}:1:0:0`, rows: rows.slice(from, to) }
        const values = await deliverBatch(statement, batch)
        for (const [at, value] of values.entries()) answers[from + at] = value
        answered += values.length
        progress?.(answered, rows.length)
      }
    }
    const lane = () => sendBatches().catch((failure) => void failures.push(failure))
    await Promise.all(Array.from({ length: concurrency }, lane))
    if (failures.length > 0) throw failures[0]
    return answers
  }

  return {
    call(...args) {
      const answers = call(...args)
      underWay.add(answers)
      return answers.finally(() => underWay.delete(answers))
    },
    async close() {
      closing.abort()
      await Promise.allSettled(underWay)
      http.close()
    }
  }
}
