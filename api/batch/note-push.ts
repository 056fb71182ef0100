import { randomUUID } from 'node:crypto'
import { type PushCounts, type PushLabels, pushKept, pushKey } from '../ledger/push-counts.ts'
import { countRows } from '../ledger/row-counts.ts'
import type { RowResult } from '../plan/row-result.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import { ledgerAnswerMs } from '../runtime/time-budgets.ts'
import { within } from '../runtime/within.ts'
import type { WriteCounts } from '../write/settlement.ts'

interface NoteDeps {
  readonly pushes: PushCounts | undefined
  readonly clock: Clock
  readonly log: Log
}

/** What a batch came to, or the part of it that is over. */
export interface Pushed {
  readonly labels: PushLabels
  /** None yet where the rest of the batch goes on elsewhere: its rows are counted there. */
  readonly results: Iterable<RowResult> | undefined
  readonly counts: Pick<WriteCounts, 'writeUnits' | 'throttles' | 'dry'>
}

const instance = randomUUID().slice(0, 8)

/** Counts a batch for the audit. A batch is never the worse for it: what could not be counted is named in the log. */
export const notePush = async (
  { pushes, clock, log }: NoteDeps,
  { labels, results, counts }: Pushed
): Promise<void> => {
  if (pushes === undefined || (results === undefined && counts.writeUnits === 0 && counts.dry === undefined))
    return
  const { read: _, ...byStatus } = countRows(results ?? [])
  const amounts = {
    ...byStatus,
    batches: results === undefined ? 0 : 1,
    write_units: counts.writeUnits,
    throttles: counts.throttles,
    ...(counts.dry && {
      valid_bytes: counts.dry.bytes,
      valid_units: counts.dry.tableUnits + counts.dry.indexUnits
    })
  }
  const nowMs = clock.now()
  try {
    await within(
      clock,
      ledgerAnswerMs,
      pushes.add(pushKey(nowMs, instance, labels), labels, amounts, pushKept(nowMs))
    )
  } catch (error) {
    log({ event: 'push_not_counted', queryId: labels.query_id, cause: (error as Error).name })
  }
}
