import { type ChunkRecord, isEnded, type NewChunk, releaseChunk, waitingChunk } from './chunk-record.ts'

/**
 * A chunk of the next generation that goes on where one of a cancelled run stands: its rows, counts and rejected rows.
 * Of one whose items lay ready for a job nobody knows which were written: it begins anew.
 *
 * @param taken as it was taken over: nobody works on it any more
 * @param files of its rejected rows, which the new chunk has under claim 0
 */
export const continuedChunk = (
  taken: ChunkRecord,
  generation: number,
  files: number,
  nowMs: number
): ChunkRecord => (taken.staged ? anew(taken, generation, nowMs) : goneOn(taken, generation, files, nowMs))

const anew = (taken: ChunkRecord, generation: number, nowMs: number): ChunkRecord => ({
  ...waitingChunk({ ...newChunkOf(taken), generation }, nowMs),
  unitsBefore: unitsWith(taken)
})

const goneOn = (taken: ChunkRecord, generation: number, files: number, nowMs: number): ChunkRecord => ({
  ...anew(taken, generation, nowMs),
  // An earlier claim may have got further than its checkpoint.
  claims: Math.min(1, taken.claims),
  rowsDone: taken.rowsDone,
  counts: taken.counts,
  ...(taken.codes ? { codes: taken.codes } : {}),
  ...(taken.dry ? { dry: taken.dry } : {}),
  errors: taken.errors,
  parts: files > 0 ? [[0, files]] : []
})

const newChunkOf = ({ codesBefore, ...taken }: ChunkRecord): NewChunk => ({
  run: taken.run,
  chunk: taken.chunk,
  kind: taken.kind,
  generation: taken.generation,
  key: taken.key,
  etag: taken.etag,
  bytes: taken.bytes,
  expected: taken.expected,
  rejectedBefore: taken.rejectedBefore,
  ...(codesBefore ? { codesBefore } : {})
})

/** What a chunk has spent, with what those spent that it goes on from. */
export const unitsWith = ({ writeUnits, unitsBefore = 0 }: ChunkRecord): number => writeUnits + unitsBefore

/** Nobody works on it any more; a chunk that has ended stays as it is. */
export const takeOverChunk = (record: ChunkRecord): ChunkRecord | undefined =>
  isEnded(record) ? undefined : { ...releaseChunk(record), state: 'redriven' }
