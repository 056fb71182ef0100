import type { FastifyInstance, FastifyRequest } from 'fastify'
import { toReadAnswer } from '../answer/to-answer.ts'
import { readJson } from '../batch/read-row.ts'
import type { TableList } from '../batch/table-list.ts'
import { decodeBatch } from '../decode/batch.ts'
import { BatchError } from '../decode/batch-error.ts'
import { readBatchHeaders } from '../decode/batch-headers.ts'
import { JsonObject, type JsonValue } from '../json/json-value.ts'
import { toJsonText } from '../json/to-json-text.ts'
import { readBulkOptions } from '../load/bulk-options.ts'
import type { LoadDeps } from '../load/load-deps.ts'
import { requestRedrive } from '../load/redrive.ts'
import { type RunStatus, readRunStatus } from '../load/run-status.ts'
import { startLoad } from '../load/start-load.ts'
import { Flaw } from '../plan/row-result.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import type { Log } from '../runtime/log.ts'

/** What the routes of bulk loads need; without it they do not exist. */
export type LoadsDeps = Pick<LoadDeps, 'store' | 'queue' | 'ledger' | 'clock'>

/** How the service reads requests. */
interface RequestReading {
  /** The body. @throws BatchError */
  readonly bodyOf: (request: FastifyRequest) => Promise<Buffer>
  readonly allowedFor: (pushTables: string | undefined) => TableList
  readonly deadlineOf: (request: FastifyRequest) => AbortSignal
  readonly log: Log
}

type AnswerRow = (
  args: readonly JsonValue[],
  isAllowed: TableList,
  deadline: AbortSignal
) => Promise<RunStatus | null>

export const loadsPaths = ['/loads', '/loads/status', '/loads/redrive'] as const

const rowsAtOnce = 4

/** `POST /loads`, `/loads/status` and `/loads/redrive`: a run status a row, NULL for a run that nobody knows. */
export const loadsRoutes = (
  app: FastifyInstance,
  deps: LoadsDeps,
  { bodyOf, allowedFor, deadlineOf, log }: RequestReading
): void => {
  const { ledger, clock } = deps

  const isNarrowed = (isAllowed: TableList): boolean => isAllowed !== allowedFor(undefined)
  const statusOf = async (run: JsonValue | undefined, isAllowed: TableList): Promise<RunStatus | null> => {
    const status = typeof run === 'string' ? await readRunStatus(ledger, run, clock.now()) : undefined
    // A run whose manifest could not be read has no table: functions that are not narrowed may see why.
    return status && (isAllowed(status.table) || (status.table === '' && !isNarrowed(isAllowed)))
      ? status
      : null
  }
  const start: AnswerRow = ([table = null, manifest = null, options = null], isAllowed, deadline) =>
    startLoad({ ...deps, isAllowed }, table, opened(manifest), opened(options), deadline)
  const redrive: AnswerRow = async ([run, options = null], isAllowed) => {
    const status = await statusOf(run, isAllowed)
    if (status === null) return null
    const replaced = opened(options)
    const flaw = readBulkOptions(replaced)
    if (flaw instanceof Flaw) return withError(status, `${flaw.code}: ${flaw.message}`)
    const text = replaced instanceof JsonObject ? toJsonText(replaced) : undefined
    const answer = await requestRedrive(deps, status.run, text)
    const now = (await statusOf(run, isAllowed)) ?? status
    return answer === 'running' && text !== undefined
      ? withError(now, 'the run has not ended: its options stay; redrive it again when it has')
      : now
  }

  const routes: ReadonlyArray<readonly [route: string, least: number, most: number, answer: AnswerRow]> = [
    ['/loads', 2, 3, start],
    ['/loads/status', 1, 1, ([run], isAllowed) => statusOf(run, isAllowed)],
    ['/loads/redrive', 1, 2, redrive]
  ]
  for (const [route, least, most, answer] of routes)
    app.post(route, async (request, reply) => {
      const body = await bodyOf(request)
      const startMs = clock.now()
      const deadline = deadlineOf(request)
      const { pushTables, queryId, batchId } = readBatchHeaders(request.headers)
      const rows = decodeBatch(body, { least, most })
      const statuses: string[] = []
      await inParallel(rowsAtOnce, rows.entries(), async ([n, args]) => {
        const status = await answer(
          args.map((arg) => arg.value()),
          allowedFor(pushTables),
          deadline
        ).catch(outOfReach)
        statuses[n] = JSON.stringify(status)
      })
      log({ event: 'loads_answered', route, queryId, batchId, rows: rows.length, ms: clock.now() - startMs })
      return reply.type('application/json').send(toReadAnswer(statuses))
    })
}

/** Starting, asking and redriving are harmless when done again. */
const outOfReach = (cause: Error): never => {
  if (cause instanceof BatchError) throw cause
  throw new BatchError(
    'out_of_time',
    `Bucket, queue or ledger of bulk loads did not answer (${cause.name}). It is safe to send the call again.`
  )
}

/** An OBJECT argument may arrive as JSON or as a string that holds JSON. */
const opened = (value: JsonValue): JsonValue =>
  typeof value === 'string' ? (readJson(value) ?? value) : value

const withError = (status: RunStatus, error: string): RunStatus => ({
  ...status,
  errors: [error, ...status.errors]
})
