import type { Readable } from 'node:stream'
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify'
import { toAnswer } from '../answer/to-answer.ts'
import { narrowedBy, type TableList } from '../batch/table-list.ts'
import { BatchError, batchErrorStatus } from '../decode/batch-error.ts'
import { readBatchHeaders } from '../decode/batch-headers.ts'
import { plainBody } from '../decode/content-encoding.ts'
import { deadlineSignal } from '../runtime/deadline.ts'
import type { Log } from '../runtime/log.ts'
import { answerOnce } from '../spill/answer-once.ts'
import type { OnceDeps } from '../spill/once-deps.ts'
import { pollBatch } from '../spill/poll-batch.ts'
import type { Writer } from '../write/write-rows.ts'
import { batchLine } from './batch-line.ts'
import { bodyBytes } from './body-bytes.ts'
import { type LoadsDeps, loadsPaths, loadsRoutes } from './loads-routes.ts'
import { readItems } from './read-items.ts'
import { receiveBatch } from './receive-batch.ts'

export interface AppDeps {
  readonly writer: Writer
  /** The ledger and what goes with it: without it repeats are written again and slow rows stay unprocessed. */
  readonly once?: OnceDeps
  /** Bucket, queue and ledger of bulk loads: without them their routes do not exist. */
  readonly loads?: LoadsDeps
  /** Tables that any call may touch. */
  readonly isAllowed: TableList
  /** Work time of one batch. */
  readonly deadlineMs: number
  readonly version: string
  readonly log: Log
  /** What Lambda says it has left for this request; nothing elsewhere. */
  readonly remainingMs?: (request: FastifyRequest) => number | undefined
  /** Strikes when the process is told to end: batches in work are answered as they stand. */
  readonly stopping?: AbortSignal
}

/** A request that takes longer to arrive is given up; Snowflake's are a few MB. */
const mostArrivalMs = 120_000

/**
 * The HTTP service: `POST /push`, `/delete`, `/get`, their polling GETs, and `GET /health`. No I/O on building.
 *
 * Answers 200 with one result a row, 4xx when the batch as a whole cannot be read, 503 when it is safe to send
 * again. The body of an error says what to do, as plain text: Snowflake shows its beginning to the user.
 */
export const buildApp = (deps: AppDeps): FastifyInstance => {
  const app = fastify({
    forceCloseConnections: 'idle',
    requestTimeout: mostArrivalMs,
    routerOptions: { maxParamLength: 500 }
  })
  // API Gateway leaves a stale content-encoding and clients send any content-type: only the bytes are looked at.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, body, done) => done(null, body))
  app.addHook('onRequest', async ({ headers }) => {
    delete headers['content-type']
  })

  const { writer } = deps
  const bodyOf = async ({ body, headers }: FastifyRequest): Promise<Buffer> => {
    const declared = headers['content-length']
    return plainBody(await bodyBytes(body as Readable | undefined, declared, writer.clock, deps.stopping))
  }
  const once = deps.once && answerOnce(deps.once, writer.clock, deps.deadlineMs, deps.stopping)
  const push = receiveBatch(writer, once, '/push')
  const remove = receiveBatch(writer, once, '/delete', 'delete')
  const read = readItems(deps.writer)

  const deadlineOf = (request: FastifyRequest): AbortSignal =>
    deadlineSignal(deps.writer.clock, deps.deadlineMs, deps.remainingMs?.(request), deps.stopping)
  const allowedFor = (pushTables: string | undefined): TableList => narrowedBy(deps.isAllowed, pushTables)

  for (const [route, receive] of [
    ['/push', push],
    ['/delete', remove]
  ] as const) {
    app.post(route, async (request, reply) => {
      const body = await bodyOf(request)
      const startMs = deps.writer.clock.now()
      const deadline = deadlineOf(request)
      const headers = readBatchHeaders(request.headers)
      const outcome = await receive(body, headers, allowedFor(headers.pushTables), deadline)
      deps.log(batchLine(route, headers, outcome, deps.writer.clock.now() - startMs))
      if (outcome.results === undefined) return reply.code(202).type('application/json').send('{}')
      return reply.type('application/json').send(toAnswer(outcome.results))
    })
  }

  app.post('/get', async (request, reply) => {
    const body = await bodyOf(request)
    const deadline = deadlineOf(request)
    const { pushTables } = readBatchHeaders(request.headers)
    const answer = await read(body, allowedFor(pushTables), deadline)
    return reply.type('application/json').send(answer)
  })

  for (const route of ['/push', '/delete']) {
    app.get(route, async (request, reply) => {
      const { batchId } = readBatchHeaders(request.headers)
      if (deps.once === undefined || batchId === undefined) throw unknownBatch()
      const polled = await pollBatch(deps.once, writer.clock, route, batchId, deadlineOf(request))
      if (polled.kind === 'unknown') throw unknownBatch()
      if (polled.kind === 'pending') return reply.code(202).type('application/json').send('{}')
      return reply.type('application/json').send(toAnswer(polled.results))
    })
  }
  if (deps.loads) loadsRoutes(app, deps.loads, { bodyOf, allowedFor, deadlineOf, log: deps.log })
  for (const route of ['/get', ...(deps.loads ? loadsPaths : [])])
    app.get(route, async () => {
      throw unknownBatch()
    })
  app.get('/health', async () => ({ status: 'ok', version: deps.version }))

  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .type('text/plain')
      .send(
        `There is no ${request.method} ${request.url.split('?', 1)[0]?.slice(0, 80)} here; see GET /health.`
      )
  )
  app.setErrorHandler((error: FastifyError | BatchError, request, reply) => {
    const { status, message } = statusOf(error)
    const line = { event: 'batch_failed', route: request.url.split('?', 1)[0], status, cause: error.name }
    deps.log({ ...line, ...idsOf(request), ...(status === 500 ? { stack: error.stack } : {}) })
    return reply.code(status).type('text/plain').send(message)
  })
  return app
}

const unknownBatch = (): BatchError =>
  new BatchError('unknown_batch', 'No batch with this id is known here. Send it again with POST.')

const idsOf = (request: FastifyRequest) => {
  const { queryId, batchId } = readBatchHeaders(request.headers)
  return { queryId, batchId }
}

const statusOf = (
  error: FastifyError | BatchError
): { readonly status: number; readonly message: string } => {
  if (error instanceof BatchError) return { status: batchErrorStatus[error.code], message: error.message }
  const status = error.statusCode ?? 500
  if (status < 500) return { status: 400, message: 'The request cannot be read. Nothing was written.' }
  return {
    status: 500,
    message: 'The service failed. Rows may be written; it is safe to send the batch again.'
  }
}
