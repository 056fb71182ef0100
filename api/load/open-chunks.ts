import { readJson } from '../batch/read-row.ts'
import type { ManifestFile } from '../decode/manifest.ts'
import { queueMessage } from '../decode/queue-message.ts'
import { toJsonText } from '../json/to-json-text.ts'
import { type ChunkRecord, chunkKey, type NewChunk, waitingChunk } from '../ledger/chunk-record.ts'
import { change } from '../ledger/ledger-store.ts'
import { type RunRecord, runKey, startRun } from '../ledger/run-record.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import { checkRun } from './check-run.ts'
import { endIfLast } from './end-run.ts'
import { failOpening } from './fail-opening.ts'
import type { LoadDeps } from './load-deps.ts'
import { isMarkerName, skippedLine } from './marker-name.ts'
import { noteOpening } from './note-opening.ts'
import type { RunManifest } from './run-manifest.ts'

/** Objects looked up, and messages sent, at the same time. */
const lanes = 16

/** Where the files of a run lie, and what stands for its content. */
export interface RunSource {
  /** The manifest's key, or that of the one file of a run without one. */
  readonly source: string
  /** Equal for equal work: the same run with another one is refused. */
  readonly hash: string
  keyOf(name: string): string
}

/**
 * Opens a run: checks all of it, then notes its chunks and sends one message for each. Harmless when done again,
 * also while its first chunks are being loaded.
 */
export const openChunks = async (
  deps: LoadDeps,
  manifest: RunManifest,
  { source, hash, keyOf }: RunSource,
  deadline: AbortSignal
): Promise<void> => {
  const { ledger, clock, queue, store } = deps
  const { run, table, queryId } = manifest
  const files = manifest.files.filter(isData)
  const skipped = skippedLine(manifest.files.filter((file) => !isData(file)).map(({ name }) => name))
  const opening = { run, table, source, options: toJsonText(manifest.options), manifest: hash, queryId }
  const opened = await noteOpening(deps, opening)
  const record = await ledger.get<RunRecord>(runKey(run))
  if (record === undefined) return
  if (opened === 'other') {
    deps.log({ event: 'manifest_refused', run, reason: 'the run exists with another manifest' })
    return
  }
  if (record.state !== 'opening') {
    await endIfLast(deps, run, deadline)
    return
  }

  const { generation } = record
  const redriven = record.optionsOfRedrive === undefined ? undefined : readJson(record.optionsOfRedrive)
  const errors = await checkRun(deps, { table, files }, redriven ?? manifest.options, deadline)
  const chunks: NewChunk[] = []
  if (errors.length === 0)
    await inParallel(lanes, files, async ({ name, rows: expected }) => {
      const object = await store.head(keyOf(name), deadline)
      const chunk = { run, chunk: name, kind: 'rows', generation, expected, rejectedBefore: 0 } as const
      if (object) chunks.push({ ...chunk, ...object })
      // Somebody else is opening the run as well, and this chunk has been loaded and moved already.
      else if (!(await ledger.get<ChunkRecord>(chunkKey(run, name, generation))))
        errors.push(`file ${name} is not in the bucket: unload it, then redrive the run`)
    })
  if (errors.length > 0) {
    await failOpening(deps, opening, errors.toSorted(), deadline)
    return
  }

  await inParallel(lanes, chunks, async (chunk) => {
    await ledger.put(waitingChunk(chunk, clock.now()), undefined)
    await queue.send(chunkMessage(chunk))
  })
  await change<RunRecord, void>(ledger, runKey(run), (now) => ({
    ...(now?.generation === generation && {
      next: startRun(now, files.length, expectedRows(files), skipped === undefined ? [] : [skipped])
    }),
    answer: undefined
  }))
  // Chunks may have ended before the run knew how many they are; and a run may have none.
  await endIfLast(deps, run, deadline)
}

/** A manifest that promises rows of a file means it, whatever the file's name. */
const isData = ({ name, rows }: ManifestFile): boolean => !isMarkerName(name) || (rows !== null && rows > 0)

const expectedRows = (files: readonly ManifestFile[]): number | null => {
  let sum = 0
  for (const { rows } of files) {
    if (rows === null) return null
    sum += rows
  }
  return sum
}

export const chunkMessage = ({
  run,
  chunk,
  generation
}: Pick<NewChunk, 'run' | 'chunk' | 'generation'>): string =>
  queueMessage({ kind: 'chunk', run, chunk, generation })
