import { readJson } from '../batch/read-row.ts'
import { ManifestError, maxManifestBytes, readManifest } from '../decode/manifest.ts'
import { JsonObject } from '../json/json-value.ts'
import type { RunRecord } from '../ledger/run-record.ts'
import { sha256 } from '../runtime/sha256.ts'
import { failOpened, failOpening, refusedText } from './fail-opening.ts'
import type { LoadDeps } from './load-deps.ts'
import { type Cause, openChunks } from './open-chunks.ts'
import { completeManifest, manifestHash, type RunManifest } from './run-manifest.ts'
import { dropOptionsKey, manifestKey, readArrival, unloadKey } from './run-paths.ts'

const maxOptionsBytes = 64 * 1024
/** Keys take 1,024 bytes, and in `done/` and `rejected/` the name stands behind the run's. */
const maxDropNameBytes = 900

/** A manifest arrived, or was called for: opens its run, or fails it with the reason. */
export const openFromManifest = async (
  deps: LoadDeps,
  run: string,
  deadline: AbortSignal,
  cause: Cause = 'call'
): Promise<void> => {
  const key = manifestKey(run)
  const object = await deps.store.head(key, deadline)
  if (object === undefined) return
  const opening = {
    run,
    table: '',
    source: key,
    options: 'null',
    manifest: sha256(object.etag),
    queryId: undefined
  }
  if (object.bytes > maxManifestBytes) {
    const error = `the manifest has ${object.bytes} bytes, at most ${maxManifestBytes} are read: unload in several runs`
    return failOpening(deps, opening, [error], deadline)
  }
  const found = await deps.store.read(key, maxManifestBytes, deadline)
  if (found === undefined) return
  let manifest: RunManifest
  try {
    manifest = completeManifest(readManifest(found.content), { run })
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error
    return failOpening(deps, { ...opening, manifest: sha256(found.object.etag) }, [error.message], deadline)
  }
  const keyOf = (name: string) => unloadKey(run, name)
  return openChunks(deps, manifest, { cause, source: key, hash: manifestHash(manifest), keyOf }, deadline)
}

/** A file without a manifest arrived: a run of one chunk, named by the file and its content. */
export const openFromDrop = async (
  deps: LoadDeps,
  { key, table, file }: { readonly key: string; readonly table: string; readonly file: string },
  deadline: AbortSignal,
  reopened?: RunRecord
): Promise<void> => {
  const object = await deps.store.head(key, deadline)
  const hash = object && sha256(key, object.etag)
  const run = reopened?.run ?? (hash && dropRun(hash))
  // Without one it has been loaded and moved: the event was a repeat.
  if (run === undefined) return
  const opening = {
    run,
    table,
    source: key,
    options: 'null',
    manifest: hash ?? sha256(key),
    queryId: undefined
  }
  const fail = (error: string) => failOpening(deps, opening, [error], deadline)
  if (hash === undefined || run !== dropRun(hash))
    return fail('the file is gone or was replaced, which is another run: nothing is left to load here')
  if (Buffer.byteLength(file) > maxDropNameBytes)
    return fail(`the file's name is longer than ${maxDropNameBytes} bytes`)
  const said = await deps.store.read(dropOptionsKey(table), maxOptionsBytes, deadline)
  const options = said === undefined ? null : readJson(new TextDecoder().decode(said.content))
  if (options !== null && !(options instanceof JsonObject))
    return fail(`${dropOptionsKey(table)} is not a JSON object: mend it, then redrive the run`)
  const manifest = { run, table, options, queryId: undefined, files: [{ name: file, rows: null }] }
  return openChunks(deps, manifest, { cause: 'arrival', source: key, hash, keyOf: () => key }, deadline)
}

const dropRun = (hash: string): string => `drop-${hash.slice(0, 32)}`

/** A run that has not begun yet: its manifest, or its one file, is looked at again as it lies there now. */
export const openAgain = async (deps: LoadDeps, record: RunRecord, deadline: AbortSignal): Promise<void> => {
  const dropped = readArrival(record.source)
  if (dropped?.kind === 'drop')
    return openFromDrop(deps, { key: record.source, ...dropped }, deadline, record)
  // A refused manifest lies in the folder of the run that it wanted.
  const wanted = dropped?.kind === 'manifest' ? dropped.run : undefined
  if (wanted !== undefined && wanted !== record.run)
    return failOpened(deps, record.run, { errors: [refusedText(wanted)], mayStartAgain: false }, deadline)
  if (await deps.store.head(record.source, deadline)) return openFromManifest(deps, record.run, deadline)
  return failOpening(deps, record, [`the manifest ${record.source} is gone: unload again`], deadline)
}
