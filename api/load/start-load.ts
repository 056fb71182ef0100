import { isRunName, ManifestError, maxManifestBytes, readManifest, toManifest } from '../decode/manifest.ts'
import { JsonObject, type JsonValue } from '../json/json-value.ts'
import { toJsonText } from '../json/to-json-text.ts'
import { noRows } from '../ledger/row-counts.ts'
import { type RunRecord, runKey } from '../ledger/run-record.ts'
import type { LoadDeps } from './load-deps.ts'
import { noteStart } from './note-opening.ts'
import { completeManifest, manifestHash, manifestText } from './run-manifest.ts'
import { manifestKey } from './run-paths.ts'
import { type RunStatus, readRunStatus } from './run-status.ts'

type StartDeps = Pick<LoadDeps, 'store' | 'queue' | 'ledger' | 'clock' | 'isAllowed'>

/**
 * `start_dynamo_load`: notes the run, puts the manifest into the bucket, unless it lies there already, and asks the
 * loader to open the run. Its arrival and this call are one run. A run that failed since its manifest was replaced, or
 * since no call had announced it, is started again.
 *
 * @returns the run's status; `failed` with the reason when the manifest cannot start a run
 */
export const startLoad = async (
  { store, queue, ledger, clock, isAllowed }: StartDeps,
  table: JsonValue,
  manifest: JsonValue,
  options: JsonValue,
  deadline: AbortSignal
): Promise<RunStatus> => {
  const tableName = typeof table === 'string' ? table : ''
  const refuse = (run: string, error: string): RunStatus => noRun(run, tableName, 'failed', [error])
  if (typeof table !== 'string' || !isAllowed(table))
    return refuse('', 'table_not_allowed: the table is not on the allow-list PUSH_TABLES of the service')
  if (options !== null && !(options instanceof JsonObject)) return refuse('', 'the options are not an object')
  try {
    const whole = completeManifest(toManifest(manifest), { table, options })
    const { run, queryId } = whole
    const hash = manifestHash(whole)
    const other = refuse(run, 'the run exists with another manifest: choose another run name')
    const stored = await storedHash(store, run, deadline)
    if (stored !== undefined && stored !== hash && !(await ledger.get<RunRecord>(runKey(run)))) return other
    // Noted first: its arrival in the bucket must find that a call has announced it.
    const said = { options: toJsonText(whole.options), manifest: hash, queryId }
    const noted = { run, table: whole.table, source: manifestKey(run), ...said }
    const started = await noteStart({ ledger, clock }, noted)
    if (started === 'other') return other
    if (started === 'known')
      return (await readRunStatus(ledger, run, clock.now())) ?? noRun(run, whole.table, 'running', [])
    if (stored !== hash) {
      const isAbsent = stored === undefined ? { ifAbsent: true } : {}
      await store.write(manifestKey(run), Buffer.from(manifestText(whole)), { ...isAbsent, signal: deadline })
    }
    await queue.send(JSON.stringify({ kind: 'run', run }))
    return noRun(run, whole.table, 'running', [])
  } catch (error) {
    if (error instanceof ManifestError) return refuse(runOf(manifest), error.message)
    throw error
  }
}

/** What the manifest in the bucket stands for; nothing where there is none, empty where it cannot be read. */
const storedHash = async (
  store: StartDeps['store'],
  run: string,
  deadline: AbortSignal
): Promise<string | undefined> => {
  const stored = await store.read(manifestKey(run), maxManifestBytes, deadline)
  if (stored === undefined) return undefined
  try {
    return manifestHash(completeManifest(readManifest(stored.content), { run }))
  } catch (error) {
    if (error instanceof ManifestError) return ''
    throw error
  }
}

/** The status of a run that the ledger does not know (yet). */
export const noRun = (
  run: string,
  table: string,
  state: RunStatus['state'],
  errors: readonly string[]
): RunStatus => ({
  run,
  table,
  state,
  chunks: { total: 0, settled: 0, failed: 0 },
  rows: {
    expected: null,
    ...noRows
  },
  write_units: 0,
  throttles: 0,
  seconds: 0,
  errors
})

const runOf = (manifest: JsonValue): string => {
  const run = manifest instanceof JsonObject ? manifest.get('run') : undefined
  return typeof run === 'string' && isRunName(run) ? run : ''
}
