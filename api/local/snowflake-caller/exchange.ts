import { canceled } from './external-function-error.ts'
import type { Exchanged } from './send.ts'
import type { Statement, StatementBatch } from './statement.ts'

/** Stands for a status when the connection failed before a whole answer had come. */
export const noReply = 0

/** One try to reach the service for a batch: POST with its body, GET to poll. */
export type Exchange = (method: 'POST' | 'GET', body?: Uint8Array) => Promise<Exchanged>

/**
 * The exchanges of one batch: same URL and headers, same batch id, whichever attempt or poll it is.
 * Each rejects only with ExternalFunctionError, when the statement is over.
 */
export const exchangesOf = (statement: Statement, { id, rows }: StatementBatch): Exchange => {
  const { url, send, clock, signal, hasFailed, onBatch } = statement
  const headers = statement.headersOf(id)
  let attempt = 0

  return async (method, body) => {
    if (signal.aborted || hasFailed()) throw canceled()
    attempt += 1
    const startMs = clock.now()
    const reply = await send({ method, url, headers, signal, ...(body && { body }) }).catch(noReplyOf)
    if (signal.aborted) throw canceled()
    onBatch?.({ batchId: id, status: reply.status, attempt, rows: rows.length, ms: clock.now() - startMs })
    return reply
  }
}

const noReplyOf = (cause: unknown): Exchanged => ({
  status: noReply,
  headers: {},
  body: new Uint8Array(),
  cause
})
