import type { Readable } from 'node:stream'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest
} from 'fastify'
import { narrowedBy, type TableList } from '../batch/table-list.ts'
import { BatchError, batchErrorStatus, unknownBatch } from '../decode/batch-error.ts'
import { readBatchHeaders } from '../decode/batch-headers.ts'
import { plainBody } from '../decode/content-encoding.ts'
import { deadlineSignal } from '../runtime/deadline.ts'
import { type Route, routes } from '../runtime/external-functions.ts'
import type { Log } from '../runtime/log.ts'
import { answerOnce } from '../spill/answer-once.ts'
import type { OnceDeps } from '../spill/once-deps.ts'
import type { Writer } from '../write/write-rows.ts'
import { batchRoute } from './batch-route.ts'
import { bodyBytes } from './body-bytes.ts'
import { type LoadsDeps, loadsRoutes } from './loads-routes.ts'
import { readItems } from './read-items.ts'
import type { RouteHandler } from './route.ts'
import { type ListedTables, tellTables } from './tell-tables.ts'

export interface AppDeps {
  readonly writer: Writer
  /** The ledger and what goes with it: without it repeats are written again and slow rows stay unprocessed. */
  readonly once?: OnceDeps
  /** Bucket, queue and ledger of bulk loads: without them their routes do not exist. */
  readonly loads?: LoadsDeps
  /** What `/tables` tells of: without it the route does not exist. */
  readonly tables?: ListedTables
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

/** No route has a schema: the compilers of schemas would be most of what an app costs to load. */
const noSchema = () => {
  throw new TypeError('no route of this service has a schema')
}

/**
 * The HTTP service: POST on every route, their polling GETs, and `GET /health`. No I/O on building.
 *
 * Answers 200 with one result a row, 4xx when the batch as a whole cannot be read, 503 when it is safe to send
 * again. The body of an error says what to do, as plain text: Snowflake shows its beginning to the user.
 */
export const buildApp = (deps: AppDeps): FastifyInstance => {
  const app = fastify({
    forceCloseConnections: 'idle',
    requestTimeout: mostArrivalMs,
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: { buildValidator: noSchema, buildSerializer: noSchema } },
    routerOptions: { maxParamLength: 500 }
  })
  // API Gateway leaves a stale content-encoding and clients send any content-type: only the bytes are looked at.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, body, done) => done(null, body))
  app.addHook('onRequest', async ({ headers }) => {
    delete headers['content-type']
  })

  const { clock } = deps.writer
  const bodyOf = async ({ body, headers }: FastifyRequest): Promise<Buffer> => {
    const declared = headers['content-length']
    return plainBody(await bodyBytes(body as Readable | undefined, declared, clock, deps.stopping))
  }
  const deadlineOf = (request: FastifyRequest): AbortSignal =>
    deadlineSignal(clock, deps.deadlineMs, deps.remainingMs?.(request), deps.stopping)

  const handlers = handlersOf(deps)
  for (const route of routes) {
    const handler = handlers[route]
    if (handler === undefined) continue
    app.post(route, async (request, reply) => {
      const body = await bodyOf(request)
      const deadline = deadlineOf(request)
      const headers = readBatchHeaders(request.headers, request.raw.rawHeaders)
      const isAllowed = narrowedBy(deps.isAllowed, headers.pushTables)
      return send(reply, await handler.post({ body, headers, isAllowed, deadline }))
    })
    app.get(route, async (request, reply) => {
      const { batchId, pushTables } = readBatchHeaders(request.headers, request.raw.rawHeaders)
      if (handler.poll === undefined || batchId === undefined) throw unknownBatch()
      return send(reply, await handler.poll({ batchId, pushTables }, deadlineOf(request)))
    })
  }
  app.get('/health', { exposeHeadRoute: true }, async () => ({ status: 'ok', version: deps.version }))

  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .type('text/plain; charset=utf-8')
      .send(
        `There is no ${request.method} ${request.url.split('?', 1)[0]?.slice(0, 80)} here; see GET /health.`
      )
  )
  app.setErrorHandler((error: FastifyError | BatchError, request, reply) => {
    const { status, message } = statusOf(error)
    const line = { event: 'batch_failed', route: request.url.split('?', 1)[0], status, cause: error.name }
    deps.log({ ...line, ...idsOf(request), ...(status === 500 ? { stack: error.stack } : {}) })
    return reply.code(status).type('text/plain; charset=utf-8').send(message)
  })
  return app
}

/** What is served on each path: a new one does not compile before it is told here. */
const handlersOf = (deps: AppDeps): Readonly<Record<Route, RouteHandler | undefined>> => {
  const once = deps.once && answerOnce(deps.once, deps.writer.clock, deps.deadlineMs, deps.stopping)
  const loads = deps.loads && loadsRoutes({ ...deps.loads, writer: deps.writer }, deps.isAllowed, deps.log)
  return {
    '/push': batchRoute(deps, once, '/push'),
    '/delete': batchRoute(deps, once, '/delete', 'delete'),
    '/get': { post: readItems(deps.writer) },
    '/tables': deps.tables && { post: tellTables(deps.writer, deps.tables) },
    '/loads': loads?.start,
    '/loads/plan': loads?.plan,
    '/loads/status': loads?.status,
    '/loads/redrive': loads?.redrive,
    '/loads/cancel': loads?.cancel
  }
}

/** Without an answer the batch is accepted. */
const send = (reply: FastifyReply, answer: string | undefined): FastifyReply =>
  answer === undefined
    ? reply.code(202).type('application/json').send('{}')
    : reply.type('application/json').send(answer)

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
