import type { ChunkRecord } from '../../ledger/chunk-record.ts'
import type { LoadDeps } from '../load-deps.ts'
import { stagedKeys } from '../run-paths.ts'

/** Keys of one object take 16 bytes each. */
const mostKeysBytes = 64 * 1024 * 1024

/** Objects of a chunk that lie ready, by their keys in the bucket. */
export function* stagedObjects({ run, chunk, generation, staged }: ChunkRecord) {
  for (const [claim, files] of staged?.parts ?? [])
    for (let file = 0; file < files; file += 1) yield stagedKeys(run, chunk, generation, { claim, file })
}

/** The items of a chunk that lie ready, an object at a time: hash and row number in turn. */
export async function* keysOfChunk(
  store: LoadDeps['store'],
  chunk: ChunkRecord,
  deadline: AbortSignal
): AsyncGenerator<BigUint64Array> {
  for (const { keys } of stagedObjects(chunk)) {
    const found = await store.read(keys, mostKeysBytes, deadline)
    if (found === undefined) throw new Error(`${keys} is gone: redrive the run`)
    // A copy: eight bytes to a number must begin at a multiple of eight.
    yield new BigUint64Array(Uint8Array.from(found.content).buffer)
  }
}

/** Keys that are looked at in one pass: some 32 MB, however many there are in all. */
const keysPerPass = 4_000_000

export const passesOf = (rows: number): number => Math.max(1, Math.ceil(rows / keysPerPass))

/**
 * How many items of a run have the key of another one, looked for in one of several passes.
 *
 * @param chunks of the run, in any order
 */
export const repeatedKeys = async (
  store: LoadDeps['store'],
  chunks: AsyncIterable<ChunkRecord>,
  { rows, pass }: { readonly rows: number; readonly pass: number },
  deadline: AbortSignal
): Promise<number> => {
  const passes = BigInt(passesOf(rows))
  let seen = new BigUint64Array(1024)
  let count = 0
  for await (const chunk of chunks)
    for await (const keys of keysOfChunk(store, chunk, deadline))
      for (let n = 0; n < keys.length; n += 2) {
        const hash = keys[n] as bigint
        if (passes > 1n && hash % passes !== BigInt(pass)) continue
        if (count === seen.length) {
          const larger = new BigUint64Array(2 * count)
          larger.set(seen)
          seen = larger
        }
        seen[count] = hash
        count += 1
      }
  const sorted = seen.subarray(0, count).sort()
  let repeated = 0
  for (let n = 1; n < count; n += 1) if (sorted[n] === sorted[n - 1]) repeated += 1
  return repeated
}
