import { isRunName, ManifestError, maxManifestBytes, readManifest, toManifest } from '../decode/manifest.ts'
import { JsonObject, type JsonValue } from '../json/json-value.ts'
import { toJsonText } from '../json/to-json-text.ts'
import { noRows } from '../ledger/row-counts.ts'
import type { LoadDeps } from './load-deps.ts'
import { noteOpening } from './note-opening.ts'
import { completeManifest, manifestHash, manifestText } from './run-manifest.ts'
import { manifestKey } from './run-paths.ts'
import { type RunStatus, readRunStatus } from './run-status.ts'

type StartDeps = Pick<LoadDeps, 'store' | 'queue' | 'ledger' | 'clock' | 'isAllowed'>

/**
 * `start_dynamo_load`: puts the manifest into the bucket, unless it lies there already, and asks the loader to
 * open the run. Its arrival and this call are one run.
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
    const content = Buffer.from(manifestText(whole))
    const isNew = await store.write(manifestKey(whole.run), content, { ifAbsent: true, signal: deadline })
    if (isNew === undefined) {
      const stored = await store.read(manifestKey(whole.run), maxManifestBytes, deadline)
      if (
        stored &&
        manifestHash(completeManifest(readManifest(stored.content), { run: whole.run })) !==
          manifestHash(whole)
      )
        return refuse(whole.run, 'the run exists with another manifest: choose another run name')
    }
    const status = await readRunStatus(ledger, whole.run, clock.now())
    if (status !== undefined) return status
    await queue.send(JSON.stringify({ kind: 'run', run: whole.run }))
    // Noted here as well, so that whoever asks before the loader gets to it hears `running`, not that nobody knows it.
    const { run, queryId } = whole
    const said = { options: toJsonText(whole.options), manifest: manifestHash(whole), queryId }
    await noteOpening({ ledger, clock }, { run, table: whole.table, source: manifestKey(run), ...said })
    return noRun(run, whole.table, 'running', [])
  } catch (error) {
    if (error instanceof ManifestError) return refuse(runOf(manifest), error.message)
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
