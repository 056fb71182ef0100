import {
  type ChunkRecord,
  failChunk,
  isEnded,
  releaseChunk,
  type Staged,
  settleChunk
} from './chunk-record.ts'
import { addCodes, type CodeCounts } from './code-counts.ts'
import { addCounts, noRows } from './row-counts.ts'

// A chunk of a managed engine: its items lie ready in the bucket, and the job of the run decides what becomes of them.

const nothing: Staged = { rows: 0, parts: [], isWhole: false }

/** Items that lie ready in an object of the bucket. */
interface Laid {
  rows(): number
  bytes(): number
}

/** @param files objects that this claim has written so far */
export const stageRows = (record: ChunkRecord, laid: Laid, files: number): ChunkRecord => {
  const { staged = nothing, claims } = record
  const [rows, bytes] = [staged.rows + laid.rows(), (staged.bytes ?? 0) + laid.bytes()]
  const parts =
    files === 0
      ? staged.parts
      : [...staged.parts.filter(([claim]) => claim !== claims), [claims, files] as const]
  return { ...record, staged: { ...staged, rows, bytes, parts } }
}

/** The chunk waits for the job of its run. */
export const stageWhole = (record: ChunkRecord): ChunkRecord => ({
  ...releaseChunk(record),
  staged: { ...(record.staged ?? nothing), isWhole: true }
})

export const isStaged = (record: ChunkRecord): boolean => record.staged?.isWhole === true && !isEnded(record)

/** Rows that lie ready and of which nobody knows yet what becomes of them. */
export const rowsWaiting = (record: ChunkRecord): number => (isEnded(record) ? 0 : (record.staged?.rows ?? 0))

/** The job has written all of the chunk's items but those that it reports. */
export const settleStaged = (
  record: ChunkRecord,
  failed: { readonly rows: number; readonly codes: CodeCounts; readonly files: number },
  nowMs: number
): ChunkRecord => {
  const rows = record.staged?.rows ?? 0
  const counts = { ...noRows, read: rows, written: rows - failed.rows, rejected: failed.rows }
  return settleChunk(
    {
      ...record,
      counts: addCounts(record.counts, counts),
      codes: addCodes(record.codes ?? {}, failed.codes),
      parts: failed.files === 0 ? record.parts : [...record.parts, [record.claims, failed.files]]
    },
    nowMs
  )
}

/** Which of the chunk's items the job has written is not known: a redrive sends all of them again. */
export const failStaged = (record: ChunkRecord, error: string, nowMs: number): ChunkRecord => {
  const rows = record.staged?.rows ?? 0
  const counts = addCounts(record.counts, { ...noRows, read: rows, unprocessed: rows })
  return failChunk({ ...record, counts }, error, nowMs)
}
