import { type ChunkRecord, isEnded, type NewChunk } from '../ledger/chunk-record.ts'
import { addCodes, type CodeCounts } from '../ledger/code-counts.ts'
import type { RecordKey } from '../ledger/ledger-store.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { failedKey, rejectedKey } from './run-paths.ts'
import { rejectedLeft } from './run-status.ts'

type Failed = Pick<ChunkRecord, 'pk' | 'sk' | 'kind' | 'key' | 'expected'>

/** What the ledger holds of one chunk over the generations of its run, in as little memory as it takes. */
export interface ChunkHistory {
  add(chunk: ChunkRecord, generation: number): void
  /** The wanted generation of it exists. */
  isNoted(): boolean
  /** Records of earlier generations that failed and whose place no later one took. */
  failed(): readonly Failed[]
  /** Rows that lie in its rejected file, by the counts of what is settled. */
  rejected(): number
  /** The same rows by code. */
  codes(): CodeCounts
  /** Its newest earlier record, where that one had not ended: its run was cancelled. */
  unfinished(): RecordKey | undefined
}

export const openHistory = (): ChunkHistory => {
  const failed: Failed[] = []
  let isNoted = false
  let rejected = 0
  let codes: CodeCounts = {}
  let unfinished: (RecordKey & { readonly generation: number }) | undefined
  return {
    add(chunk, generation) {
      if (chunk.generation >= generation) {
        isNoted = true
        return
      }
      const isNewest = chunk.generation >= (unfinished?.generation ?? 0)
      if (!isEnded(chunk) || chunk.state === 'redriven') {
        if (isNewest) unfinished = { pk: chunk.pk, sk: chunk.sk, generation: chunk.generation }
        return
      }
      if (isNewest) unfinished = undefined
      if (chunk.state === 'failed') {
        const { pk, sk, kind, key, expected } = chunk
        failed.push({ pk, sk, kind, key, expected })
      } else {
        rejected += rejectedLeft(chunk)
        codes = chunk.kind === 'rows' ? addCodes(codes, chunk.codes ?? {}) : (chunk.codes ?? {})
      }
    },
    isNoted: () => isNoted,
    failed: () => failed,
    rejected: () => rejected,
    codes: () => codes,
    unfinished: () => unfinished
  }
}

/**
 * What of a chunk goes through again: the file of one that failed, wherever it lies, else its rejected rows.
 *
 * @returns undefined when nothing does
 */
export const chunkAgain = async (
  store: ObjectStore,
  { run, chunk, generation }: Pick<NewChunk, 'run' | 'chunk' | 'generation'>,
  history: ChunkHistory,
  deadline: AbortSignal
): Promise<NewChunk | undefined> => {
  const failed = history.failed().find(({ kind }) => kind === 'rows')
  if (failed) {
    const object =
      (await store.head(failedKey(run, chunk), deadline)) ?? (await store.head(failed.key, deadline))
    const { expected } = failed
    return object && { run, chunk, generation, ...object, kind: 'rows', expected, rejectedBefore: 0 }
  }
  if (history.rejected() <= 0) return undefined
  const object = await store.head(rejectedKey(run, chunk), deadline)
  const before = { rejectedBefore: history.rejected(), codesBefore: history.codes() }
  return object && { run, chunk, generation, ...object, kind: 'rejected', expected: null, ...before }
}
