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
  /** Counts the claims ever made: from the second on, rows may already be in the table. */
  readonly claims: number
  readonly acceptedMs: number
  /** Results that are known, as compact text; in the bucket when they are too long for a record. */
  readonly results: string | undefined
  readonly resultsKey: string | undefined
  /** The table whose meter decides when the batch is done, and the place that the head must reach. */
  readonly table: string | undefined
  readonly mark: number | undefined
  /** `HEADERS = ('push-tables' = …)` of the function that sent it. */
  readonly pushTables: string | undefined
  readonly queryId: string | undefined
  readonly batchId: string
}

/** Snowflake advises to keep what belongs to a batch for 12 hours. */
export const batchKeptSeconds = 12 * 3_600

export const batchKey = (hash: string): RecordKey => ({ pk: `batch#${hash}`, sk: 'batch' })
/** The latest body that was accepted under a batch id: a polling GET has nothing but the id. */
export const latestKey = (route: string, batchId: string): RecordKey => ({
  pk: `latest#${route}#${batchId}`,
  sk: 'latest'
})

export interface LatestRecord extends LedgerRecord {
  readonly hash: string
}

export type Arrived = Pick<BatchRecord, 'route' | 'rows' | 'pushTables' | 'queryId' | 'batchId'>

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
  hash: string,
  arrived: Arrived,
  owner: string,
  nowMs: number,
  leaseMs: number
): Decision<BatchClaim> => {
  if (record !== undefined && !isExpired(record, nowMs)) {
    if (record.state === 'answered') return { answer: { kind: 'answered', record } }
    if (record.state === 'spilled') return { answer: { kind: 'spilled' } }
    if (record.state === 'working' && record.owner === owner)
      return { answer: { kind: 'claimed', record, isMaybeTaken: record.claims > 1 } }
    if (record.state === 'working' && record.leaseUntilMs > nowMs)
      return { answer: { kind: 'working', untilMs: record.leaseUntilMs } }
  }
  const isAgain = record !== undefined && !isExpired(record, nowMs)
  const next: BatchRecord = {
    ...arrived,
    ...batchKey(hash),
    rev: 0,
    expires_at: Math.floor(nowMs / 1000) + batchKeptSeconds,
    state: 'working',
    owner,
    leaseUntilMs: nowMs + leaseMs,
    claims: isAgain ? record.claims + 1 : 1,
    acceptedMs: nowMs,
    results: undefined,
    resultsKey: undefined,
    table: undefined,
    mark: undefined
  }
  return { next, answer: { kind: 'claimed', record: next, isMaybeTaken: isAgain } }
}

/** The queue's worker takes what was spilled, or what a dead attempt left behind. */
export const claimSpilled = (
  record: BatchRecord | undefined,
  owner: string,
  nowMs: number,
  leaseMs: number
): Decision<BatchClaim | { readonly kind: 'gone' }> => {
  if (record === undefined || isExpired(record, nowMs) || record.state === 'released')
    return { answer: { kind: 'gone' } }
  if (record.state === 'answered') return { answer: { kind: 'answered', record } }
  if (record.owner === owner) return { answer: { kind: 'claimed', record, isMaybeTaken: true } }
  if (record.leaseUntilMs > nowMs) return { answer: { kind: 'working', untilMs: record.leaseUntilMs } }
  const next = {
    ...record,
    state: 'spilled' as const,
    owner,
    leaseUntilMs: nowMs + leaseMs,
    claims: record.claims + 1
  }
  // What was spilled says of each row whether it may be applied; what a worker left behind may all be.
  return {
    next,
    answer: {
      kind: 'claimed',
      record: next,
      isMaybeTaken: record.state === 'working' || record.owner !== undefined
    }
  }
}

/** The rest of the batch is in the queue. */
export const spillBatch = (
  record: BatchRecord,
  known: Pick<BatchRecord, 'results' | 'resultsKey' | 'table' | 'mark'>
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

/** Nothing of it was kept: the same batch may come again. */
export const releaseBatch = (record: BatchRecord): BatchRecord => ({
  ...record,
  state: 'released',
  owner: undefined,
  leaseUntilMs: 0
})

/** DynamoDB deletes expired records when it likes, so their time is compared here. */
export const isExpired = ({ expires_at }: LedgerRecord, nowMs: number): boolean => expires_at * 1000 <= nowMs
