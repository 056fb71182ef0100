import type { ChunkRecord } from '../ledger/chunk-record.ts'
import { ObjectGone } from '../store/object-store.ts'
import type { LoadDeps } from './load-deps.ts'
import { keepRedriven } from './move-chunk.ts'
import { rejectedKey, rejectedPartKey, rejectedPartsPrefix } from './run-paths.ts'

/** Parts of every claim, end to end, become one gzip file: `rejected/<run>/<chunk>.ndjson.gz`. */
export const joinRejected = async (
  { store }: Pick<LoadDeps, 'store'>,
  record: ChunkRecord,
  deadline: AbortSignal
): Promise<void> => {
  // A redrive read its rows from the very file that is now written anew: that one is kept in done/ first.
  if (record.kind === 'rejected') {
    // Not all of its rows were tried: the file stays as it is for the next redrive.
    if (record.state === 'failed') return
    await keepRedriven(store, record, deadline)
  }
  await joinParts(store, record, rejectedKey(record.run, record.chunk), deadline)
}

/**
 * The rejected rows of a chunk whose run was cancelled, for the chunk that goes on with it: one file of claim 0.
 *
 * @returns how many files that is
 */
export const carryRejected = async (
  { store }: Pick<LoadDeps, 'store'>,
  taken: ChunkRecord,
  generation: number,
  deadline: AbortSignal
): Promise<number> => {
  if (taken.parts.length === 0) return 0
  await joinParts(
    store,
    taken,
    rejectedPartKey(taken.run, taken.chunk, generation, { claim: 0, file: 0 }),
    deadline
  )
  return 1
}

const joinParts = async (
  store: LoadDeps['store'],
  record: ChunkRecord,
  to: string,
  deadline: AbortSignal
): Promise<void> => {
  const parts = async function* (): AsyncGenerator<Uint8Array> {
    for (const key of partKeys(record)) {
      const part = await store.head(key, deadline)
      if (part === undefined) throw new ObjectGone('not_found', key)
      yield* store.stream(part, 0, deadline)
    }
  }
  try {
    await store.writeStream(to, parts(), deadline)
  } catch (error) {
    // Somebody else has joined them meanwhile, and cleared up. What was begun here leaves nothing.
    if (!(error instanceof ObjectGone)) throw error
  }
}

/** Clears away the joined parts, and those that a claim wrote and did not live to note. */
export const removeRejectedParts = async (
  { store }: Pick<LoadDeps, 'store'>,
  record: ChunkRecord,
  deadline: AbortSignal
): Promise<void> => {
  if (record.parts.length === 0 && record.claims <= 1) return
  const { run, chunk, generation } = record
  for await (const { key } of store.list(rejectedPartsPrefix(run, chunk, generation), deadline))
    await store.remove(key, deadline)
}

function* partKeys({ run, chunk, generation, parts }: ChunkRecord): Generator<string> {
  for (const [claim, files] of parts)
    for (let file = 0; file < files; file += 1) yield rejectedPartKey(run, chunk, generation, { claim, file })
}
