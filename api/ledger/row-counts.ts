import { type RowStatus, rowStatuses } from '../plan/row-result.ts'

/** Rows by what became of them. `read` is the sum of the others once a chunk is settled. */
export type RowCounts = { readonly read: number } & Readonly<Record<RowStatus, number>>

export const noRows: RowCounts = {
  read: 0,
  written: 0,
  deleted: 0,
  superseded: 0,
  stale: 0,
  unchanged: 0,
  condition_failed: 0,
  valid: 0,
  rejected: 0,
  unprocessed: 0
}

export const addCounts = (a: RowCounts, b: RowCounts): RowCounts => {
  const sum = { ...a, read: a.read + b.read }
  for (const status of rowStatuses) sum[status] = a[status] + b[status]
  return sum
}

export const countRows = (results: Iterable<{ readonly status: RowStatus }>): RowCounts => {
  const counts = { ...noRows }
  for (const { status } of results) {
    counts.read += 1
    counts[status] += 1
  }
  return counts
}
