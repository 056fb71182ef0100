import { sha256 } from '../runtime/sha256.ts'
import type { LedgerRecord, RecordKey } from './ledger-store.ts'

/** One HTTP batch of Snowflake, by route, batch id and content: its repeats meet here. */
export interface BatchRecord extends LedgerRecord {
  /**
   * `working`: somebody answers it now; `spilled`: its remaining rows wait in the queue, or a worker has them;
   * `answered`: every row has its answer; `released`: it was sent back whole, to come again later.
   */
  readonly state: 'working' | 'spilled' | 'answered' | 'released'
  readonly route: string
  readonly rows: number
  readonly owner: string | undefined
  readonly leaseUntilMs: number
  /** Counts the claims that got somewhere: from the second on, rows may already be in the table. */
  readonly claims: number
  readonly acceptedMs: number
  /** Results that are known, as compact text; in the bucket when they are too long for a record. */
  readonly results: string | undefined
  readonly resultsKey: string | undefined
  /** What meters were promised for the rows in the queue. */
  readonly promises: readonly Promised[]
  /** `HEADERS = ('push-tables' = …)` of the function that sent it. */
  readonly pushTables: string | undefined
  readonly queryId: string | undefined
  /** Whose statement it is, for what a worker answers of it; absent where nobody told. */
  readonly user: string | undefined
  readonly batchId: string
}

/** Units of one table that wait in the queue, and the place its meter's head must reach before they are due. */
export interface Promised {
  readonly table: string
  readonly units: number
  readonly mark: number
}

/** Snowflake advises to keep what belongs to a batch for 12 hours. */
export const batchKeptSeconds = 12 * 3_600

export const batchKept = (nowMs: number): number => Math.floor(nowMs / 1000) + batchKeptSeconds

export const batchKey = (hash: string): RecordKey => ({ pk: `batch#${hash}`, sk: 'batch' })
/** The latest body that was accepted under a batch id: a polling GET has nothing but the id. */
export const latestKey = (route: string, batchId: string): RecordKey => ({
  // Whoever calls chooses the id, and DynamoDB holds keys of 2,048 bytes.
  pk: `latest#${route}#${batchId.length > longestId ? sha256(batchId) : batchId}`,
  sk: 'latest'
})

/** Snowflake's have some 40 characters. */
const longestId = 500

export interface LatestRecord extends LedgerRecord {
  readonly hash: string
}

export type Arrived = { readonly hash: string } & Pick<
  BatchRecord,
  'route' | 'rows' | 'pushTables' | 'queryId' | 'user' | 'batchId'
>

/** Who claims a record: a name of this one claim, so that it finds itself when the answer to it was lost. */
export interface Claimant {
  readonly owner: string
  readonly nowMs: number
  readonly leaseMs: number
}

export type BatchClaim =
  /** It is yours. `isMaybeTaken`: an earlier attempt got somewhere and said nothing. */
  | { readonly kind: 'claimed'; readonly record: BatchRecord; readonly isMaybeTaken: boolean }
  /** Somebody works on it; should he die, it can be taken over then. */
  | { readonly kind: 'working'; readonly untilMs: number }
  | { readonly kind: 'spilled' }
  | { readonly kind: 'answered'; readonly record: BatchRecord }

type Decision<A> = { readonly next?: BatchRecord; readonly answer: A }

/** A batch arrives, for the first time or again. */
export const claimBatch = (
  record: BatchRecord | undefined,
  { hash, ...arrived }: Arrived,
  { owner, nowMs, leaseMs }: Claimant
): Decision<BatchClaim> => {
  const found = record === undefined || isExpired(record, nowMs) ? undefined : record
  const known = found && knownClaim(found, owner, nowMs)
  if (known) return { answer: known }
  const claims = found?.claims ?? 0
  const next: BatchRecord = {
    ...arrived,
    ...batchKey(hash),
    rev: (record?.rev ?? 0) + 1,
    expires_at: batchKept(nowMs),
    state: 'working',
    owner,
    leaseUntilMs: nowMs + leaseMs,
    claims: claims + 1,
    acceptedMs: nowMs,
    results: undefined,
    resultsKey: undefined,
    promises: []
  }
  return { next, answer: { kind: 'claimed', record: next, isMaybeTaken: claims > 0 } }
}

/** What a record says to a repeat; undefined when it may claim the batch anew. */
const knownClaim = (record: BatchRecord, owner: string, nowMs: number): BatchClaim | undefined => {
  switch (record.state) {
    case 'answered':
      return { kind: 'answered', record }
    case 'spilled':
      return { kind: 'spilled' }
    case 'working':
      if (record.owner === owner) return { kind: 'claimed', record, isMaybeTaken: record.claims > 1 }
      return record.leaseUntilMs > nowMs ? { kind: 'working', untilMs: record.leaseUntilMs } : undefined
    case 'released':
      return undefined
    default:
      return record.state satisfies never
  }
}

/** The queue's worker takes what was spilled, or what a dead attempt left behind. */
export const claimSpilled = (
  record: BatchRecord | undefined,
  owner: string,
  nowMs: number,
  leaseMs: number
): Decision<BatchClaim | { readonly kind: 'gone' }> => {
  if (record === undefined || isExpired(record, nowMs)) return { answer: { kind: 'gone' } }
  if (isAnswered(record)) return { answer: { kind: 'answered', record } }
  if (record.owner === owner) return { answer: { kind: 'claimed', record, isMaybeTaken: true } }
  if (record.leaseUntilMs > nowMs) return { answer: { kind: 'working', untilMs: record.leaseUntilMs } }
  const next = {
    ...record,
    rev: record.rev + 1,
    state: 'spilled' as const,
    owner,
    leaseUntilMs: nowMs + leaseMs,
    claims: record.claims + 1
  }
  // What the only attempt spilled says of each row whether it may be applied; after an attempt or a worker that
  // said nothing, all may be. What was sent back may come here, too, when a repeat of it was accepted meanwhile.
  return {
    next,
    answer: {
      kind: 'claimed',
      record: next,
      isMaybeTaken: record.owner !== undefined || record.claims > (record.state === 'released' ? 0 : 1)
    }
  }
}

/** Where each state stands: a new one does not compile before it is told here. */
const isAnsweredBy: Readonly<Record<BatchRecord['state'], boolean>> = {
  working: false,
  spilled: false,
  released: false,
  answered: true
}
export const isAnswered = ({ state }: BatchRecord): boolean => isAnsweredBy[state]

/** The rest of the batch is in the queue. */
export const spillBatch = (
  record: BatchRecord,
  known: Pick<BatchRecord, 'results' | 'resultsKey' | 'promises'>
): BatchRecord => ({ ...record, ...known, state: 'spilled', owner: undefined, leaseUntilMs: 0 })

/** Every row has its answer. */
export const answerBatch = (
  record: BatchRecord,
  known: Pick<BatchRecord, 'results' | 'resultsKey'>
): BatchRecord => ({
  ...record,
  ...known,
  state: 'answered',
  owner: undefined,
  leaseUntilMs: 0
})

/** Nothing of it was written: the same batch may come again, as if it had not been here. */
export const releaseBatch = (record: BatchRecord): BatchRecord => ({
  ...record,
  state: 'released',
  claims: record.claims - 1,
  owner: undefined,
  leaseUntilMs: 0
})

/** DynamoDB deletes expired records when it likes, so their time is compared here. */
export const isExpired = ({ expires_at }: LedgerRecord, nowMs: number): boolean => expires_at * 1000 <= nowMs

/** Written a short while ago: not worth a write to keep it longer. */
export const isFresh = ({ expires_at }: LedgerRecord, nowMs: number): boolean =>
  expires_at >= batchKept(nowMs) - freshSeconds

const freshSeconds = 600
