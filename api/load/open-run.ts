import { ChunkError } from '../decode/chunk-error.ts'
import { type ChunkFormatOption, chunkFormatOf } from '../decode/chunk-format.ts'
import { ManifestError, maxManifestBytes, readManifest } from '../decode/manifest.ts'
import { toJsonText } from '../decode/to-json-text.ts'
import { type NewChunk, waitingChunk } from '../ledger/chunk-record.ts'
import { change } from '../ledger/ledger-store.ts'
import { endRun, type Opening, openRun, type RunRecord, runKey, startRun } from '../ledger/run-record.ts'
import { JsonObject, type JsonValue } from '../plan/json-value.ts'
import { Flaw } from '../plan/row-result.ts'
import { readJson } from '../receive/read-row.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import { sha256 } from '../runtime/sha256.ts'
import { readBulkOptions } from './bulk-options.ts'
import { endIfLast } from './end-run.ts'
import type { LoadDeps } from './load-deps.ts'
import { completeManifest, manifestHash, type RunManifest } from './run-manifest.ts'
import { dropOptionsKey, manifestKey, unloadKey } from './run-paths.ts'

/** Objects looked up, and messages sent, at the same time. */
const lanes = 16
const mostErrorsShown = 5
const maxOptionsBytes = 64 * 1024

/** A manifest arrived: checks all of it, then notes its chunks and sends one message for each. */
export const openFromManifest = async (deps: LoadDeps, run: string, deadline: AbortSignal): Promise<void> => {
  const found = await deps.store.read(manifestKey(run), maxManifestBytes, deadline)
  if (found === undefined) return
  let manifest: RunManifest
  try {
    manifest = completeManifest(readManifest(found.content), { run })
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error
    const hash = sha256(found.object.etag)
    const opening = {
      run,
      table: '',
      source: manifestKey(run),
      options: 'null',
      manifest: hash,
      queryId: undefined
    }
    await failOpening(deps, opening, [error.message], deadline)
    return
  }
  await openChunks(deps, manifest, manifestKey(run), manifestHash(manifest), deadline, (name) =>
    unloadKey(run, name)
  )
}

/** A file without a manifest arrived: a run of one chunk, named by the file and its content. */
export const openFromDrop = async (
  deps: LoadDeps,
  { key, table, file }: { readonly key: string; readonly table: string; readonly file: string },
  deadline: AbortSignal
): Promise<void> => {
  const object = await deps.store.head(key, deadline)
  // Already loaded and moved: the event was a repeat.
  if (object === undefined) return
  const hash = sha256(key, object.etag)
  const run = `drop-${hash.slice(0, 32)}`
  const said = await deps.store.read(dropOptionsKey(table), maxOptionsBytes, deadline)
  const options = said === undefined ? null : readJson(new TextDecoder().decode(said.content))
  if (options !== null && !(options instanceof JsonObject)) {
    const errors = [`${dropOptionsKey(table)} is not a JSON object`]
    const opening = { run, table, source: key, options: 'null', manifest: hash, queryId: undefined }
    await failOpening(deps, opening, errors, deadline)
    return
  }
  const manifest = { run, table, options, queryId: undefined, files: [{ name: file, rows: null }] }
  await openChunks(deps, manifest, key, hash, deadline, () => key)
}

const openChunks = async (
  deps: LoadDeps,
  manifest: RunManifest,
  source: string,
  hash: string,
  deadline: AbortSignal,
  keyOf: (name: string) => string
): Promise<void> => {
  const { ledger, clock, queue, store } = deps
  const { run, table, files, queryId } = manifest
  const opening = { run, table, source, options: toJsonText(manifest.options), manifest: hash, queryId }
  const opened = await change<RunRecord, 'opened' | 'same' | 'other'>(ledger, runKey(run), (record) =>
    openRun(record, opening, clock.now())
  )
  const record = await ledger.get<RunRecord>(runKey(run))
  if (record === undefined) return
  if (opened === 'other') {
    deps.log({ event: 'manifest_refused', run, reason: 'the run exists with another manifest' })
    return
  }
  if (record.state !== 'opening') return

  const redriven = record.optionsOfRedrive === undefined ? undefined : readJson(record.optionsOfRedrive)
  const errors = await checkRun(deps, manifest, redriven ?? manifest.options, deadline)
  const chunks: NewChunk[] = []
  await inParallel(lanes, files.entries(), async ([n, { name, rows }]) => {
    const object = await store.head(keyOf(name), deadline)
    if (object === undefined) errors.push(`file ${name} is not in the bucket`)
    else
      chunks[n] = {
        run,
        chunk: name,
        kind: 'rows',
        generation: record.generation,
        key: object.key,
        etag: object.etag,
        bytes: object.bytes,
        expected: rows,
        rejectedBefore: 0
      }
  })
  if (errors.length > 0) {
    await failOpening(deps, opening, errors, deadline)
    return
  }

  await inParallel(lanes, chunks, async (chunk) => {
    await ledger.put(waitingChunk(chunk, clock.now()), undefined)
    await queue.send(chunkMessage(chunk))
  })
  const expected = files.every(({ rows }) => rows !== null)
    ? files.reduce((sum, { rows }) => sum + (rows ?? 0), 0)
    : null
  await change<RunRecord, void>(ledger, runKey(run), (now) =>
    now === undefined
      ? { answer: undefined }
      : { next: startRun(now, chunks.length, expected), answer: undefined }
  )
  // Chunks may have ended before the run knew how many they are; and a run may have none.
  await endIfLast(deps, run, deadline)
}

export const chunkMessage = ({
  run,
  chunk,
  generation
}: Pick<NewChunk, 'run' | 'chunk' | 'generation'>): string =>
  JSON.stringify({ kind: 'chunk', run, chunk, generation })

/** What is wrong with a run before any of its chunks is touched. */
const checkRun = async (
  { isAllowed, writer }: LoadDeps,
  { table, files }: RunManifest,
  options: JsonValue,
  deadline: AbortSignal
): Promise<string[]> => {
  if (!isAllowed(table)) return ['the table is not on the allow-list PUSH_TABLES of the service']
  const read = readBulkOptions(options)
  if (read instanceof Flaw) return [read.message]
  const errors = files.flatMap(({ name }) => formatError(name, read.format)).slice(0, mostErrorsShown)
  const lookup = await writer.schemas.lookAgain(table, deadline)
  if (lookup.kind === 'unavailable') throw new Error(`table ${table}: ${lookup.reason}`)
  if (lookup.kind === 'unknown') errors.push('no such table: create it, or check its name and Region')
  return errors
}

const formatError = (name: string, format: ChunkFormatOption | undefined): string[] => {
  try {
    chunkFormatOf(name, format)
    return []
  } catch (error) {
    if (error instanceof ChunkError) return [`file ${name}: ${error.message}`]
    throw error
  }
}

/** The run fails before it began: nothing is loaded, and its errors say why. */
const failOpening = async (
  deps: LoadDeps,
  opening: Opening,
  errors: readonly string[],
  deadline: AbortSignal
): Promise<void> => {
  const { ledger, clock } = deps
  const shown = errors.slice(0, mostErrorsShown)
  if (errors.length > shown.length) shown.push(`and ${errors.length - shown.length} more`)
  await change<RunRecord, unknown>(ledger, runKey(opening.run), (record) =>
    openRun(record, opening, clock.now())
  )
  await change<RunRecord, void>(ledger, runKey(opening.run), (record) => {
    const next = record?.state === 'opening' ? endRun(record, 'failed', shown, clock.now()) : undefined
    return next ? { next, answer: undefined } : { answer: undefined }
  })
  await endIfLast(deps, opening.run, deadline)
}
