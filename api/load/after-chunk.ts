import { type ChunkRecord, isEnded } from '../ledger/chunk-record.ts'
import { change } from '../ledger/ledger-store.ts'
import { endedKey, type RunRecord, runKeptSeconds } from '../ledger/run-record.ts'
import { endIfLast } from './end-run.ts'
import type { LoadDeps } from './load-deps.ts'
import { ObjectGone } from './object-store.ts'
import { chunkAuditKey, doneKey, failedKey, rejectedKey, rejectedPartKey } from './run-paths.ts'

/**
 * Everything that follows the end of a chunk, each step harmless when done again: join its rejected rows, move
 * its file, write its audit line, report the end, end the run if it was the last. The ledger holds which of the
 * steps are due, so that a worker that dies between two of them leaves nothing undone.
 */
export const afterChunk = async (
  deps: LoadDeps,
  run: RunRecord,
  ended: ChunkRecord,
  deadline: AbortSignal
): Promise<void> => {
  let record = ended
  if (record.after === 'join') {
    await joinRejected(deps, record, deadline)
    record = await advance(deps, record, 'report')
  }
  if (record.after === 'report') {
    await removeParts(deps, record, deadline)
    await moveFile(deps, record, deadline)
    await writeAudit(deps, run, record, deadline)
    record = await advance(deps, record, 'done')
  }
  if (record.state === 'redriven') return
  const { ledger, clock } = deps
  const expiresAt = Math.floor(clock.now() / 1000) + runKeptSeconds
  const endedChunks = await ledger.add(endedKey(record.run, record.generation), 1, expiresAt)
  await endIfLast(deps, record.run, deadline, endedChunks)
}

/** Parts of every claim, end to end, are one gzip file: `rejected/<run>/<chunk>.ndjson.gz`. */
const joinRejected = async (
  { store }: LoadDeps,
  record: ChunkRecord,
  deadline: AbortSignal
): Promise<void> => {
  // A redrive read its rows from the very file that is now written anew: that one is kept in done/ first.
  if (record.kind === 'rejected') {
    // Not all of its rows were tried: the file stays as it is for the next redrive.
    if (record.state === 'failed') return
    await keepRedriven(store, record, deadline)
  }
  const parts = async function* (): AsyncGenerator<Uint8Array> {
    for (const key of partKeys(record)) {
      const part = await store.head(key, deadline)
      if (part) yield* store.stream(part, 0, deadline)
    }
  }
  await store.writeStream(rejectedKey(record.run, record.chunk), parts(), deadline)
}

const removeParts = async (
  { store }: LoadDeps,
  record: ChunkRecord,
  deadline: AbortSignal
): Promise<void> => {
  for (const key of partKeys(record)) await store.remove(key, deadline)
}

function* partKeys({ run, chunk, generation, parts }: ChunkRecord): Generator<string> {
  for (const [claim, files] of parts)
    for (let file = 0; file < files; file += 1) yield rejectedPartKey(run, chunk, generation, claim, file)
}

const keepRedriven = async (
  store: LoadDeps['store'],
  { run, chunk, generation, key, etag, bytes }: ChunkRecord,
  deadline: AbortSignal
): Promise<void> => {
  const object = { key, etag, bytes }
  try {
    await store.copy(object, doneKey(run, `redriven-${generation}/${chunk}.ndjson.gz`), deadline)
  } catch (error) {
    // Kept by an earlier visit, which was interrupted after that.
    if (!(error instanceof ObjectGone)) throw error
  }
}

const moveFile = async ({ store }: LoadDeps, record: ChunkRecord, deadline: AbortSignal): Promise<void> => {
  const { run, chunk, key, etag, bytes, kind, state, parts, generation } = record
  if (kind === 'rejected') {
    if (state === 'settled' && parts.length === 0) {
      await keepRedriven(store, record, deadline)
      await removeIfSame(store, record, deadline)
    }
    return
  }
  // What an earlier, failed generation of this chunk had set aside has now been through.
  if (generation > 0 && parts.length === 0) await store.remove(rejectedKey(run, chunk), deadline)
  const to = state === 'settled' ? doneKey(run, chunk) : failedKey(run, chunk)
  if (to === key) return
  try {
    await store.copy({ key, etag, bytes }, to, deadline)
  } catch (error) {
    if (error instanceof ObjectGone) return
    throw error
  }
  await removeIfSame(store, record, deadline)
}

/** An object that was replaced meanwhile is not ours to remove. */
const removeIfSame = async (
  store: LoadDeps['store'],
  { key, etag }: ChunkRecord,
  deadline: AbortSignal
): Promise<void> => {
  const now = await store.head(key, deadline)
  if (now?.etag === etag) await store.remove(key, deadline)
}

const writeAudit = async (
  { store }: LoadDeps,
  run: RunRecord,
  record: ChunkRecord,
  deadline: AbortSignal
): Promise<void> => {
  const line = {
    event: record.state === 'settled' ? 'chunk_settled' : 'chunk_failed',
    run: record.run,
    chunk: record.chunk,
    generation: record.generation,
    table: run.table,
    query_id: run.queryId,
    at: new Date(record.endedMs ?? 0).toISOString(),
    expected: record.expected,
    ...record.counts,
    write_units: record.writeUnits,
    throttles: record.throttles,
    claims: record.claims,
    seconds: ((record.endedMs ?? 0) - (record.startedMs ?? record.endedMs ?? 0)) / 1000,
    errors: record.errors
  }
  const key = chunkAuditKey(record.run, record.chunk, record.generation)
  await store.write(key, Buffer.from(`${JSON.stringify(line)}\n`), { signal: deadline })
}

const advance = async (
  deps: LoadDeps,
  record: ChunkRecord,
  after: ChunkRecord['after']
): Promise<ChunkRecord> =>
  change<ChunkRecord, ChunkRecord>(deps.ledger, record, (now) => {
    if (now === undefined || !isEnded(now) || now.after === 'done') return { answer: now ?? record }
    return { next: { ...now, after }, answer: { ...now, after } }
  })
