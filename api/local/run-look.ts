import { type ChunkRecord, chunkPrefix, isEnded } from '../ledger/chunk-record.ts'
import { type RunRecord, runKey } from '../ledger/run-record.ts'
import { openTally, type RunStatus } from '../load/run-status.ts'
import type { LocalBulk } from './open-bulk.ts'

/** How far a run is, as the ledger and the reader of its files know it. */
export interface RunLook {
  readonly status: RunStatus
  /** Bytes of its files, and how many of them have been read. */
  readonly bytes: { readonly done: number; readonly total: number }
}

/** Looks at a run and its chunks; undefined when nobody knows the run yet. */
export const lookAtRun = async (
  { deps: { ledger, clock }, bytesRead }: LocalBulk,
  run: string
): Promise<RunLook | undefined> => {
  const record = await ledger.get<RunRecord>(runKey(run))
  if (record === undefined) return undefined
  const tally = openTally()
  let [done, total] = [0, 0]
  for await (const chunk of ledger.list<ChunkRecord>(runKey(run).pk, chunkPrefix)) {
    tally.add(chunk)
    if (chunk.generation !== record.generation) continue
    total += chunk.bytes
    done += isEnded(chunk) ? chunk.bytes : Math.min(chunk.bytes, bytesRead(chunk.key))
  }
  return { status: tally.status(record, clock.now()), bytes: { done, total } }
}
