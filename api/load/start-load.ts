import {
  checkFiles,
  isRunName,
  ManifestError,
  maxManifestBytes,
  orNone,
  readManifest,
  toManifest
} from '../decode/manifest.ts'
import { queueMessage } from '../decode/queue-message.ts'
import { JsonObject, type JsonValue } from '../json/json-value.ts'
import { toJsonText } from '../json/to-json-text.ts'
import { noRows } from '../ledger/row-counts.ts'
import { type RunRecord, runKey } from '../ledger/run-record.ts'
import type { LoadDeps } from './load-deps.ts'
import { noteStart } from './note-opening.ts'
import { completeManifest, manifestHash, manifestText, type RunManifest } from './run-manifest.ts'
import { manifestKey } from './run-paths.ts'
import { type RunStatus, readRunStatus } from './run-status.ts'

type StartDeps = Pick<LoadDeps, 'store' | 'queue' | 'ledger' | 'clock' | 'isAllowed'>

/** The arguments of `start_dynamo_load`, as they came. */
export interface LoadCall {
  readonly table: JsonValue
  readonly manifest: JsonValue
  readonly options: JsonValue
  /** Who calls. */
  readonly user?: string | undefined
}

/**
 * `start_dynamo_load`: reads the manifest and asks for its run.
 *
 * @returns the run's status; `failed` with the reason when the manifest cannot start a run
 */
export const startLoad = async (
  deps: StartDeps,
  { table, manifest, options, user }: LoadCall,
  deadline: AbortSignal
): Promise<RunStatus> => {
  const refuse = (run: string, error: string): RunStatus =>
    noRun(run, typeof table === 'string' ? table : '', 'failed', [error])
  if (typeof table !== 'string' || !deps.isAllowed(table)) return refuse('', notAllowed)
  if (options !== null && !(options instanceof JsonObject)) return refuse('', 'the options are not an object')
  try {
    const whole = completeManifest(toManifest(manifest), { table, options })
    return await requestRun(deps, { ...whole, calledBy: user }, deadline)
  } catch (error) {
    if (error instanceof ManifestError) return refuse(runOf(manifest), error.message)
    throw error
  }
}

/**
 * Notes a run, puts its manifest into the bucket, unless it lies there already, and asks the loader to open it. Its
 * arrival and this call are one run. A run that failed since its manifest was replaced, or since no call had announced
 * it, is started again.
 *
 * @returns the run's status; `failed` when the table is not allowed, or the run exists with another manifest
 * @throws ManifestError when its files cannot be a run's
 */
export const requestRun = async (
  { store, queue, ledger, clock, isAllowed }: StartDeps,
  given: RunManifest & { readonly calledBy?: string | undefined },
  deadline: AbortSignal
): Promise<RunStatus> => {
  const manifest = { ...given, options: orNone(given.options) }
  const { run, table, queryId } = manifest
  const refuse = (error: string): RunStatus => noRun(run, table, 'failed', [error])
  if (!isAllowed(table)) return refuse(notAllowed)
  checkFiles(manifest.files)
  const hash = manifestHash(manifest)
  const key = manifestKey(run)
  const stored = await storedHash(store, run, deadline)
  if (stored !== undefined && stored !== hash && !(await ledger.get<RunRecord>(runKey(run))))
    return refuse(otherManifest)
  // Noted first: its arrival in the bucket must find that a call has announced it.
  const said = {
    options: toJsonText(manifest.options),
    manifest: hash,
    queryId,
    ...(given.calledBy === undefined ? {} : { calledBy: given.calledBy })
  }
  const started = await noteStart({ ledger, clock }, { run, table, source: key, ...said })
  if (started === 'other') return refuse(otherManifest)
  if (started === 'known')
    return (await readRunStatus(ledger, run, clock.now())) ?? noRun(run, table, 'running', [])
  if (stored !== hash) {
    const isAbsent = stored === undefined ? { ifAbsent: true } : {}
    await store.write(key, Buffer.from(manifestText(manifest)), { ...isAbsent, signal: deadline })
  }
  await queue.send(queueMessage({ kind: 'run', run }))
  return noRun(run, table, 'running', [])
}

const notAllowed = 'table_not_allowed: the table is not on the allow-list PUSH_TABLES of the service'
const otherManifest = 'the run exists with another manifest: choose another run name'

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
