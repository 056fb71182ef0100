import { readJson } from '../batch/read-row.ts'
import type { ManifestFile } from '../decode/manifest.ts'
import type { JsonValue } from '../json/json-value.ts'
import { toJsonText } from '../json/to-json-text.ts'
import {
  type ChunkRecord,
  chunkKey,
  chunkPrefix,
  type NewChunk,
  waitingChunk
} from '../ledger/chunk-record.ts'
import { type RunRecord, runKey } from '../ledger/run-record.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import { bulkTables } from './bulk-tables.ts'
import { checkRun } from './check-run.ts'
import { chunkMessage } from './chunk-message.ts'
import { endIfLast } from './end-run.ts'
import { estimateRun } from './estimate-run.ts'
import { failOpened, failOpening, refuseManifest } from './fail-opening.ts'
import type { LoadDeps } from './load-deps.ts'
import { noteImportKey } from './managed/note-import-key.ts'
import { askForJobNow, withoutJobs } from './managed/visit-staged.ts'
import { isMarkerName, skippedLine } from './marker-name.ts'
import { noteOpening } from './note-opening.ts'
import { noteRunning } from './note-running.ts'
import { reportAgain } from './report-again.ts'
import type { RunManifest } from './run-manifest.ts'

/** Objects looked up, and messages sent, at the same time. */
const lanes = 16

/** Who wants a run opened: the arrival of its manifest or file, or somebody who called for it. */
export type Cause = 'arrival' | 'call'

/** Where the files of a run lie, and what stands for its content. */
export interface RunSource {
  readonly cause: Cause
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
  { cause, source, hash, keyOf }: RunSource,
  deadline: AbortSignal
): Promise<void> => {
  const { ledger, clock, queue, store } = deps
  const { run, table, queryId } = manifest
  const data = manifest.files.filter(isData)
  const skipped = skippedLine(manifest.files.filter((file) => !isData(file)).map(({ name }) => name))
  const opening = { run, table, source, options: toJsonText(manifest.options), manifest: hash, queryId }
  const noted = await noteOpening(deps, opening)
  const record = await ledger.get<RunRecord>(runKey(run))
  if (record === undefined) return
  if (noted === 'other') {
    if (cause === 'call' && record.isAnnounced && record.state === 'opening')
      await failOpened(deps, run, { errors: [replacedText], mayStartAgain: true }, deadline)
    return refuseManifest(deps, opening, deadline)
  }
  // A call has noted it and sends a message of its own: two that open it at once would visit every chunk twice.
  if (cause === 'arrival' && record.isAnnounced && record.state === 'opening') return
  if (record.state !== 'opening') {
    await endIfLast(deps, run, deadline)
    return
  }

  const { generation } = record
  // Cancelled while it was being opened: some of its chunks have been through.
  const through = record.isNoted === false ? await settledBefore(ledger, record) : new Set()
  const files = data.filter(({ name }) => !through.has(name))
  const redriven = record.optionsOfRedrive === undefined ? undefined : readJson(record.optionsOfRedrive)
  if (!record.isAnnounced && !mayLoad(deps, manifest, redriven)) {
    await failOpened(deps, run, { errors: [unannouncedText], mayStartAgain: true }, deadline)
    return
  }
  const errors = [...withoutJobs(deps, record)]
  errors.push(...(await checkRun(deps, { table, files }, redriven ?? manifest.options, deadline)))
  const chunks: NewChunk[] = []
  /** Chunks that ended while an earlier opening was under way. */
  const ended: ChunkRecord[] = []
  if (errors.length === 0)
    await inParallel(lanes, files, async ({ name, rows: expected }) => {
      const object = await store.head(keyOf(name), deadline)
      const chunk = { run, chunk: name, kind: 'rows', generation, expected, rejectedBefore: 0 } as const
      if (object) chunks.push({ ...chunk, ...object })
      else {
        // Somebody else opens the run as well, or did and died: this chunk has been loaded and moved already.
        const known = await ledger.get<ChunkRecord>(chunkKey(run, name, generation))
        if (known === undefined)
          errors.push(`file ${name} is not in the bucket: unload it, then redrive the run`)
        else ended.push(known)
      }
    })
  if (errors.length > 0) {
    await failOpening(deps, opening, errors.toSorted(), deadline)
    return
  }

  await noteImportKey(deps, record)
  const sampled = { run: manifest, files, keyOf, options: redriven ?? manifest.options }
  const estimate = await estimateRun(deps, sampled, deadline)
  await inParallel(lanes, chunks, async (chunk) => {
    await ledger.put(waitingChunk(chunk, clock.now()), undefined)
    await queue.send(chunkMessage(chunk))
  })
  await reportAgain(deps, run, generation, ended)
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0)
  const notes = skipped === undefined ? [] : [skipped]
  const opened = { chunks: files.length, bytes, expected: expectedRows(data), notes, estimate }
  await noteRunning(deps, record, opened, deadline)
  await askForJobNow(deps, record)
  // Chunks may have ended before the run knew how many they are; and a run may have none.
  await endIfLast(deps, run, deadline)
}

/** Chunks that were settled under an earlier generation, and of which nothing goes through again. */
const settledBefore = async (
  ledger: LoadDeps['ledger'],
  { run, generation }: RunRecord
): Promise<ReadonlySet<string>> => {
  const names = new Set<string>()
  for await (const chunk of ledger.list<ChunkRecord>(runKey(run).pk, chunkPrefix))
    if (chunk.generation === generation) names.delete(chunk.chunk)
    else if (chunk.state === 'settled') names.add(chunk.chunk)
  return names
}

const replacedText =
  'the manifest in the bucket is another one than the call announced: it was replaced before it was read. Start the run again with the announced manifest; another manifest needs another run name'
const unannouncedText =
  'table_not_allowed: no call announced this manifest, and bulk.tables of the deployment does not let it load into the table, or delete from it: start the run by start_dynamo_load'

/** Whether a run that no call announced is within its bounds; options of a redrive came by a call. */
const mayLoad = (
  { bulkTables: may = bulkTables(undefined), isAllowed }: LoadDeps,
  { table, options }: RunManifest,
  redriven: JsonValue | undefined
): boolean => {
  const isDeleting = redriven === undefined && options?.get('mode') === 'delete'
  // What is not on the service's own list is refused with words of its own.
  return !isAllowed(table) || may(table, isDeleting)
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
