import { addCodes, type CodeCounts } from './code-counts.ts'
import { addTotals, type DryTotals, noTotals } from './estimate.ts'
import type { LedgerRecord, RecordKey } from './ledger-store.ts'
import { addReasons, type Progress } from './progress.ts'
import { addCounts, noRows, type RowCounts } from './row-counts.ts'
import { runKeptSeconds } from './run-record.ts'

/** What a chunk holds: rows as COPY wrote them, or rows that were set aside earlier. */
export type ChunkKind = 'rows' | 'rejected'

/** Items that lie ready for a managed engine's job; none of them is counted as written before the job says so. */
export interface Staged {
  readonly rows: number
  /** Of their lines, unpacked; absent in records of earlier versions. */
  readonly bytes?: number
  /** Objects by claim: [claim, how many]. */
  readonly parts: ReadonlyArray<readonly [claim: number, files: number]>
  /** All rows of the chunk are answered or lie ready. */
  readonly isWhole: boolean
}

/** A chunk of a run: who has it, how far it is, how it ended. */
export interface ChunkRecord extends LedgerRecord {
  readonly run: string
  /** Its name within the run; also the name of its rejected file. */
  readonly chunk: string
  readonly kind: ChunkKind
  /** The redrive that made it, 0 for the run as it came. */
  readonly generation: number
  /** Where the chunk lies, and the content that the run means. */
  readonly key: string
  readonly etag: string
  readonly bytes: number
  readonly expected: number | null
  /** Rows of the file that an earlier settle counted as rejected (kind `rejected`). */
  readonly rejectedBefore: number
  /** The same rows by code. */
  readonly codesBefore?: CodeCounts

  /** `redriven`: a later generation took its place and its counts. */
  readonly state: 'waiting' | 'loading' | 'settled' | 'failed' | 'redriven'
  readonly owner: string | undefined
  readonly leaseUntilMs: number
  /** Counts the claims ever made: it names what each of them leaves behind. */
  readonly claims: number
  /** Claims since the last progress: too many and the chunk is poison. */
  readonly idleClaims: number

  /** Rows below this number are answered. */
  readonly rowsDone: number
  readonly counts: RowCounts
  readonly writeUnits: number
  readonly throttles: number
  /** Units of the cancelled chunks that it goes on from, of which no line of the audit tells. */
  readonly unitsBefore?: number
  readonly reasons: Readonly<Record<string, number>>
  /** Files of rejected rows by claim: [claim, how many files]. */
  readonly parts: ReadonlyArray<readonly [claim: number, files: number]>
  /** Absent where our own workers write. */
  readonly staged?: Staged
  /** What the writes of a dry run would be. */
  readonly dry?: DryTotals
  readonly errors: readonly string[]
  /** Rejected rows by code; absent in records of earlier versions, whose `errors` tell the first of each. */
  readonly codes?: CodeCounts
  readonly startedMs: number | undefined
  readonly endedMs: number | undefined
  /** What is still to do after the end: join the rejected rows, then move, audit and report. */
  readonly after: 'nothing' | 'join' | 'report' | 'done'
}

export const chunkKey = (run: string, chunk: string, generation: number): RecordKey => ({
  pk: `run#${run}`,
  sk: `chunk#${String(generation).padStart(4, '0')}#${chunk}`
})
export const chunkPrefix = 'chunk#'

export type NewChunk = Pick<
  ChunkRecord,
  | 'run'
  | 'chunk'
  | 'kind'
  | 'generation'
  | 'key'
  | 'etag'
  | 'bytes'
  | 'expected'
  | 'rejectedBefore'
  | 'codesBefore'
>

export const waitingChunk = (chunk: NewChunk, nowMs: number): ChunkRecord => ({
  ...chunk,
  ...chunkKey(chunk.run, chunk.chunk, chunk.generation),
  rev: 1,
  expires_at: Math.floor(nowMs / 1000) + runKeptSeconds,
  state: 'waiting',
  owner: undefined,
  leaseUntilMs: 0,
  claims: 0,
  idleClaims: 0,
  rowsDone: 0,
  counts: noRows,
  writeUnits: 0,
  throttles: 0,
  reasons: {},
  parts: [],
  errors: [],
  startedMs: undefined,
  endedMs: undefined,
  after: 'nothing'
})

const mostErrors = 5

/** Everything below `rowsDone` is answered and counted. The lease starts anew. */
export const checkpointChunk = (
  record: ChunkRecord,
  progress: Progress,
  nowMs: number,
  leaseMs: number
): ChunkRecord => ({
  ...record,
  leaseUntilMs: nowMs + leaseMs,
  idleClaims: 0,
  rowsDone: progress.rowsDone,
  counts: addCounts(record.counts, progress.counts),
  writeUnits: record.writeUnits + progress.writeUnits,
  throttles: record.throttles + progress.throttles,
  reasons: addReasons(record.reasons, progress.reasons),
  parts:
    progress.files === 0
      ? record.parts
      : [...record.parts.filter(([claim]) => claim !== record.claims), [record.claims, progress.files]],
  codes: addCodes(record.codes ?? {}, progress.codes),
  ...(progress.dry && { dry: addTotals(record.dry ?? noTotals, progress.dry) }),
  errors: [...record.errors, ...progress.errors].slice(0, mostErrors)
})

/** Hands the chunk back before its end, so that another worker need not wait for the lease. */
export const releaseChunk = (record: ChunkRecord): ChunkRecord => ({
  ...record,
  state: 'waiting',
  owner: undefined,
  leaseUntilMs: 0
})

/** Ends the chunk's story. What is left to do after it is noted, so that whoever comes next can do it. */
export const settleChunk = (record: ChunkRecord, nowMs: number): ChunkRecord => ({
  ...record,
  state: 'settled',
  owner: undefined,
  leaseUntilMs: 0,
  endedMs: nowMs,
  after: record.parts.length > 0 ? 'join' : 'report'
})

export const failChunk = (record: ChunkRecord, error: string, nowMs: number): ChunkRecord => ({
  ...settleChunk(record, nowMs),
  state: 'failed',
  errors: [error, ...record.errors].slice(0, mostErrors)
})

/** Where each state stands: a new one does not compile before it is told here. */
const isEndedBy: Readonly<Record<ChunkRecord['state'], boolean>> = {
  waiting: false,
  loading: false,
  settled: true,
  failed: true,
  redriven: true
}
export const isEnded = ({ state }: ChunkRecord): boolean => isEndedBy[state]
