import { type ChunkRecord, isEnded } from '../ledger/chunk-record.ts'
import { change } from '../ledger/ledger-store.ts'
import { endedKey, type RunRecord, runKeptSeconds } from '../ledger/run-record.ts'
import { chunkAuditLine } from './audit-line.ts'
import { endIfLast } from './end-run.ts'
import { joinRejected, removeRejectedParts } from './join-rejected.ts'
import type { LoadDeps } from './load-deps.ts'
import { moveChunk } from './move-chunk.ts'
import { chunkAuditKey } from './run-paths.ts'

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
  const { ledger, clock, store } = deps
  let record = ended
  if (record.after === 'join') {
    await joinRejected(deps, record, deadline)
    record = await advance(deps, record, 'report')
  }
  if (record.after === 'report') {
    await removeRejectedParts(deps, record, deadline)
    await moveChunk(deps, record, deadline)
    const key = chunkAuditKey(record.run, record.chunk, record.generation)
    await store.write(key, chunkAuditLine(run, record), { signal: deadline })
    record = await advance(deps, record, 'done')
  }
  if (record.state === 'redriven') return
  const expiresAt = Math.floor(clock.now() / 1000) + runKeptSeconds
  const endedChunks = await ledger.add(endedKey(record.run, record.generation), 1, expiresAt)
  await endIfLast(deps, record.run, deadline, endedChunks)
}

/** Notes that the steps before are done; never back, when somebody else is further by now. */
const advance = async (
  { ledger }: LoadDeps,
  record: ChunkRecord,
  after: 'report' | 'done'
): Promise<ChunkRecord> =>
  change<ChunkRecord, ChunkRecord>(ledger, record, (now) => {
    if (now === undefined) return { answer: { ...record, after } }
    if (!isEnded(now) || now.after === 'done' || now.after === after) return { answer: now }
    const next = { ...now, after }
    return { next, answer: next }
  })
