import type { ChunkRecord } from '../ledger/chunk-record.ts'
import { ObjectGone, type ObjectStore } from '../store/object-store.ts'
import type { LoadDeps } from './load-deps.ts'
import { doneKey, failedKey, rejectedKey } from './run-paths.ts'

/** Moves the file of an ended chunk to `done/` or `failed/`; a rejected file that has been through, to `done/`. */
export const moveChunk = async (
  { store }: Pick<LoadDeps, 'store'>,
  record: ChunkRecord,
  deadline: AbortSignal
): Promise<void> => {
  const { run, chunk, key, kind, state, parts, generation } = record
  if (kind === 'rejected') {
    if (state !== 'settled' || parts.length > 0) return
    await keepRedriven(store, record, deadline)
    return store.removeSame(record, deadline)
  }
  // What an earlier, failed generation of this chunk had set aside has now been through.
  if (generation > 0 && parts.length === 0) await store.remove(rejectedKey(run, chunk), deadline)
  const to = state === 'settled' ? doneKey(run, chunk) : failedKey(run, chunk)
  if (to === key) return
  await copyOnce(store, record, to, deadline)
  await store.removeSame(record, deadline)
}

/** Keeps the rejected rows as a redrive read them. */
export const keepRedriven = (
  store: ObjectStore,
  record: ChunkRecord,
  deadline: AbortSignal
): Promise<void> => {
  const { run, chunk, generation } = record
  return copyOnce(store, record, doneKey(run, `redriven-${generation}/${chunk}.ndjson.gz`), deadline)
}

/** The object is gone when an earlier visit, interrupted later, has moved it; or when somebody replaced it. */
const copyOnce = async (
  store: ObjectStore,
  { key, etag, bytes }: ChunkRecord,
  to: string,
  deadline: AbortSignal
): Promise<void> => {
  try {
    await store.copy({ key, etag, bytes }, to, deadline)
  } catch (error) {
    if (!(error instanceof ObjectGone)) throw error
  }
}
