import { toReadAnswer } from '../answer/to-answer.ts'
import { readJson } from '../batch/read-row.ts'
import type { TableList } from '../batch/table-list.ts'
import { decodeBatch } from '../decode/batch.ts'
import { BatchError } from '../decode/batch-error.ts'
import { isRunName } from '../decode/manifest.ts'
import { JsonObject, type JsonValue } from '../json/json-value.ts'
import { toJsonText } from '../json/to-json-text.ts'
import { readBulkOptions } from '../load/bulk-options.ts'
import { requestCancel } from '../load/cancel.ts'
import type { LoadDeps } from '../load/load-deps.ts'
import type { LoadPlan, PlanDeps } from '../load/plan-load.ts'
import { requestRedrive } from '../load/redrive.ts'
import { type RunStatus, readRunStatus } from '../load/run-status.ts'
import { startLoad } from '../load/start-load.ts'
import { Flaw } from '../plan/row-result.ts'
import { argumentCounts, type Route } from '../runtime/external-functions.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import type { Log } from '../runtime/log.ts'
import { workMs } from '../runtime/time-budgets.ts'
import type { Received, RouteHandler } from './route.ts'

/** What the routes of bulk loads need; without it they do not exist. */
export type LoadsDeps = Pick<LoadDeps, 'store' | 'queue' | 'ledger' | 'clock'> &
  Pick<PlanDeps, 'meters' | 'care' | 'imports'>

type AnswerRow = (args: readonly JsonValue[], call: Call) => Promise<RunStatus | LoadPlan | null>

interface Call extends Pick<Received, 'isAllowed' | 'deadline'> {
  readonly user: string | undefined
}

const rowsAtOnce = 4

/**
 * `/loads` and the routes below it: a run status a row, NULL for a run that nobody knows.
 *
 * @param isAllowedToAny tables that any call may touch: a function that is narrowed to some sees the runs of those
 */
export const loadsRoutes = (
  deps: LoadsDeps & Pick<LoadDeps, 'writer'>,
  isAllowedToAny: TableList,
  log: Log
): Readonly<Record<'start' | 'plan' | 'status' | 'redrive' | 'cancel', RouteHandler>> => {
  const { ledger, clock } = deps

  const isNarrowed = (isAllowed: TableList): boolean => isAllowed !== isAllowedToAny
  const statusOf = async (run: JsonValue | undefined, isAllowed: TableList): Promise<RunStatus | null> => {
    // What cannot be a run's name is nobody's run: the ledger would refuse a key of it, and the whole call with it.
    const status =
      typeof run === 'string' && isRunName(run) ? await readRunStatus(ledger, run, clock.now()) : undefined
    // A run whose manifest could not be read has no table: functions that are not narrowed may see why.
    return status && (isAllowed(status.table) || (status.table === '' && !isNarrowed(isAllowed)))
      ? status
      : null
  }
  const start: AnswerRow = ([table = null, manifest = null, options = null], { isAllowed, deadline, user }) =>
    startLoad(
      { ...deps, isAllowed },
      { table, manifest: opened(manifest), options: opened(options), user },
      deadline
    )
  const plan: AnswerRow = async ([table = null, manifest = null, options = null], call) => {
    // The decoders of chunks load with the first plan: no batch of rows waits for them.
    const { planLoad } = await import('../load/plan-load.ts')
    const asked = { table, manifest: opened(manifest), options: opened(options) }
    return planLoad({ ...deps, isAllowed: call.isAllowed }, asked, call.deadline, workMs)
  }
  const redrive: AnswerRow = async ([run, options = null], { isAllowed }) => {
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

  const cancel: AnswerRow = async ([run], { isAllowed, user }) => {
    const status = await statusOf(run, isAllowed)
    if (status === null) return null
    await requestCancel(deps, status.run, user ?? 'a user without a name')
    return (await statusOf(run, isAllowed)) ?? status
  }

  const statuses = (route: Route, answer: AnswerRow): RouteHandler => ({
    async post({ body, headers: { queryId, batchId, user }, isAllowed, deadline }) {
      const startMs = clock.now()
      const rows = decodeBatch(body, argumentCounts(route))
      const texts: string[] = []
      await inParallel(rowsAtOnce, rows.entries(), async ([n, args]) => {
        texts[n] = JSON.stringify(
          await answer(
            args.map((arg) => arg.value()),
            { isAllowed, deadline, user }
          ).catch(outOfReach)
        )
      })
      log({ event: 'loads_answered', route, queryId, batchId, rows: rows.length, ms: clock.now() - startMs })
      return toReadAnswer(texts)
    }
  })
  return {
    start: statuses('/loads', start),
    plan: statuses('/loads/plan', plan),
    status: statuses('/loads/status', ([run], { isAllowed }) => statusOf(run, isAllowed)),
    redrive: statuses('/loads/redrive', redrive),
    cancel: statuses('/loads/cancel', cancel)
  }
}

/** Starting, asking, redriving and cancelling are harmless when done again. */
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
