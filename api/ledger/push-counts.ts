import { type RowStatus, rowStatuses } from '../plan/row-result.ts'
import { sha256 } from '../runtime/sha256.ts'
import type { LedgerRecord, RecordKey } from './ledger-store.ts'

/** Whose pushes are counted: a statement of a user, on a route, into a table; absent where nobody told, or several. */
export interface PushLabels {
  readonly route: string
  readonly table?: string | undefined
  readonly query_id?: string | undefined
  readonly user?: string | undefined
}

/** What pushes came to. */
export type PushAmounts = Readonly<
  Partial<Record<RowStatus | 'batches' | 'write_units' | 'throttles' | 'valid_bytes' | 'valid_units', number>>
>

/** A minute of pushes of one function instance by their labels. */
export type PushMinute = LedgerRecord & PushLabels & PushAmounts

/** Where pushes are counted until they are in the audit. */
export interface PushCounts {
  /** @throws what the ledger throws when it is out of reach */
  add(key: RecordKey, labels: PushLabels, amounts: PushAmounts, expiresAt: number): Promise<void>
}

export const pushAmountNames = [...rowStatuses, 'batches', 'write_units', 'throttles'] as const

/** An hour is a partition, so that whoever reads a minute reads few others. */
const partition = (hour: string): string => `pushes#${hour}`
/** `2026-11-27T10:15` */
export const minuteOf = (ms: number): string => new Date(ms).toISOString().slice(0, 16)
export const partitionOf = (minute: string): string => partition(minute.slice(0, 13))

/** @param instance of the function: it counts beside others, never on top of them */
export const pushKey = (
  nowMs: number,
  instance: string,
  { route, table, query_id, user }: PushLabels
): RecordKey => {
  const minute = minuteOf(nowMs)
  const labels = sha256(route, table ?? '', query_id ?? '', user ?? '').slice(0, 16)
  return { pk: partitionOf(minute), sk: `${minute}#${instance}#${labels}` }
}

/** Kept until it is surely in the audit. */
export const pushKept = (nowMs: number): number => Math.floor(nowMs / 1000) + 2 * 86_400

/** Up to which minute pushes are in the audit. */
export interface PushCursor extends LedgerRecord {
  readonly minute: string
}
export const pushCursorKey: RecordKey = { pk: 'pushes', sk: 'written' }
