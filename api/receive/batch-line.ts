import type { BatchOutcome } from '../batch/batch-outcome.ts'
import type { BatchHeaders } from '../decode/batch-headers.ts'
import type { RowResult, RowStatus } from '../plan/row-result.ts'
import type { LogLine } from '../runtime/log.ts'

/** The log line of an answered batch: ids, counts by status, what it cost. Never rows, keys or messages. */
export const batchLine = (
  route: string,
  { queryId, batchId, user, role }: BatchHeaders,
  {
    results,
    rows,
    isRepeat,
    counts: { calls, writeUnits, readUnits, throttles, dry }
  }: BatchOutcome & { readonly rows: number },
  ms: number
): LogLine => {
  const byStatus: Partial<Record<RowStatus, number>> = {}
  const all = results ?? []
  for (let n = 0; n < all.length; n += 1) {
    const { status } = all[n] as RowResult
    byStatus[status] = (byStatus[status] ?? 0) + 1
  }
  return {
    event: results === undefined ? 'batch_accepted' : isRepeat ? 'batch_repeated' : 'batch_answered',
    route,
    queryId,
    batchId,
    user,
    role,
    rows,
    ...byStatus,
    calls,
    writeUnits,
    readUnits,
    throttles,
    ...(dry && { validBytes: dry.bytes, validUnits: dry.tableUnits + dry.indexUnits }),
    ms
  }
}
