import { change } from '../ledger/ledger-store.ts'
import {
  minuteOf,
  type PushCursor,
  type PushMinute,
  partitionOf,
  pushAmountNames,
  pushCursorKey
} from '../ledger/push-counts.ts'
import { runKeptSeconds } from '../ledger/run-record.ts'
import { rowStatuses } from '../plan/row-result.ts'
import { spent } from './audit-line.ts'
import type { LoadDeps } from './load-deps.ts'
import { pushAuditKey } from './run-paths.ts'
import { toEstimate } from './to-estimate.ts'

/** A minute is surely over: batches that ended in it have been counted. */
const overMs = 180_000
/** Nobody has looked for longer than counts are kept: there is nothing to find. */
const mostBackMs = 2 * 86_400_000

/**
 * Writes what was pushed since the last time into the audit: one object a minute and function instance, each once.
 * Harmless when done again: the same objects are written with the same lines.
 */
export const writePushAudit = async (
  { ledger, store, clock }: Pick<LoadDeps, 'ledger' | 'store' | 'clock'>,
  deadline: AbortSignal
): Promise<void> => {
  const nowMs = clock.now()
  const until = minuteOf(nowMs - overMs)
  const cursor = await ledger.get<PushCursor>(pushCursorKey)
  const oldest = minuteOf(nowMs - mostBackMs)
  const from = cursor !== undefined && cursor.minute > oldest ? cursor.minute : oldest
  if (from >= until) return
  for (const pk of partitionsOf(from, until)) {
    let lines: string[] = []
    let at = ''
    const write = async (): Promise<void> => {
      if (lines.length > 0)
        await store.write(pushAuditKey(at), Buffer.from(lines.join('')), { signal: deadline })
      lines = []
    }
    for await (const record of ledger.list<PushMinute>(pk, '')) {
      const [minute = '', instance = ''] = record.sk.split('#')
      if (minute <= from || minute > until) continue
      const object = `${minute}/${instance}`
      if (object !== at) await write()
      at = object
      lines.push(pushLine(minute, record))
    }
    await write()
  }
  await change<PushCursor, void>(ledger, pushCursorKey, (known) => ({
    ...(known === undefined || known.minute < until
      ? {
          next: {
            ...pushCursorKey,
            rev: known?.rev ?? 0,
            minute: until,
            expires_at: Math.floor(nowMs / 1000) + runKeptSeconds
          }
        }
      : {}),
    answer: undefined
  }))
}

/** The hours from one minute to another. */
function* partitionsOf(from: string, until: string): Generator<string> {
  const last = partitionOf(until)
  for (let ms = Date.parse(`${from.slice(0, 13)}:00Z`); ; ms += 3_600_000) {
    const pk = partitionOf(minuteOf(ms))
    yield pk
    if (pk >= last) return
  }
}

const pushLine = (minute: string, record: PushMinute): string => {
  const amounts = Object.fromEntries(pushAmountNames.map((name) => [name, record[name] ?? 0]))
  const startMs = Date.parse(`${minute}:00Z`)
  const line = {
    event: 'pushed',
    route: record.route,
    table: record.table,
    query_id: record.query_id,
    user: record.user,
    started_at: new Date(startMs).toISOString(),
    at: new Date(startMs + 59_999).toISOString(),
    read: rowStatuses.reduce((sum, status) => sum + (record[status] ?? 0), 0),
    ...amounts,
    ...spent(record.write_units ?? 0),
    ...wouldBe(record)
  }
  return `${JSON.stringify(line)}\n`
}

/** What the rows of dry runs would have cost stands beside what was spent, never in it. */
const wouldBe = ({ valid = 0, valid_bytes = 0, valid_units = 0 }: PushMinute) => {
  if (valid + valid_units === 0) return {}
  const totals = { rows: valid, bytes: valid_bytes, tableUnits: valid_units, indexUnits: 0, seconds: null }
  return { estimate: toEstimate(totals) }
}
