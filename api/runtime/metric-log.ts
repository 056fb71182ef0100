import type { RowStatus } from '../plan/row-result.ts'
import type { Log, LogLine } from './log.ts'

/** Where CloudWatch shows our metrics. */
export const metricNamespace = 'push_to_dynamo'

/** Every metric that is made of log lines, with its unit. Alarms and dashboard know these names only. */
export const metricUnits = {
  RowsWritten: 'Count',
  RowsDeleted: 'Count',
  RowsSuperseded: 'Count',
  RowsStale: 'Count',
  RowsUnchanged: 'Count',
  RowsConditionFailed: 'Count',
  RowsValid: 'Count',
  RowsRejected: 'Count',
  RowsUnprocessed: 'Count',
  WriteUnits: 'Count',
  Throttles: 'Count',
  BatchMs: 'Milliseconds',
  SpillMs: 'Milliseconds',
  BatchesAccepted: 'Count',
  BatchesRepeated: 'Count',
  BatchesFailed: 'Count',
  ChunksSettled: 'Count',
  ChunksFailed: 'Count',
  RunsComplete: 'Count',
  RunsFailed: 'Count',
  RunSeconds: 'Seconds',
  ManifestsRefused: 'Count',
  MessagesFailed: 'Count',
  LedgerLost: 'Count'
} as const

export type MetricName = keyof typeof metricUnits
type Values = Partial<Record<MetricName, LogLine[string]>>

const rowMetrics: ReadonlyArray<readonly [MetricName, RowStatus]> = [
  ['RowsWritten', 'written'],
  ['RowsDeleted', 'deleted'],
  ['RowsSuperseded', 'superseded'],
  ['RowsStale', 'stale'],
  ['RowsUnchanged', 'unchanged'],
  ['RowsConditionFailed', 'condition_failed'],
  ['RowsValid', 'valid'],
  ['RowsRejected', 'rejected'],
  ['RowsUnprocessed', 'unprocessed']
]
const rowsOf = (line: LogLine): Values =>
  Object.fromEntries(rowMetrics.map(([metric, status]) => [metric, line[status]]))
const costOf = ({ writeUnits, throttles }: LogLine): Values => ({
  WriteUnits: writeUnits,
  Throttles: throttles
})

/** Rows are counted where they got their answer, write units and throttles where they were met: nothing twice. */
const valuesOf: Readonly<Record<string, (line: LogLine) => Values>> = {
  batch_answered: (line) => ({ ...rowsOf(line), ...costOf(line), BatchMs: line.ms }),
  batch_accepted: (line) => ({ ...costOf(line), BatchesAccepted: 1 }),
  batch_repeated: () => ({ BatchesRepeated: 1 }),
  batch_failed: () => ({ BatchesFailed: 1 }),
  spill_drained: (line) => ({ ...rowsOf(line), ...costOf(line), SpillMs: line.ms }),
  chunk_settled: (line) => ({ ...rowsOf(line), ...costOf(line), ChunksSettled: 1 }),
  chunk_failed: (line) => ({ ...rowsOf(line), ...costOf(line), ChunksFailed: 1 }),
  run_ended: (line) => ({
    [line.state === 'complete' ? 'RunsComplete' : 'RunsFailed']: 1,
    RunSeconds: line.seconds
  }),
  manifest_refused: () => ({ ManifestsRefused: 1 }),
  message_failed: () => ({ MessagesFailed: 1 }),
  ledger_lost: () => ({ LedgerLost: 1 })
}

/**
 * Writes log lines that CloudWatch makes metrics of by itself (embedded metric format), so that nothing is sent while
 * a batch is answered. Lines that hold none of the metrics are written as they are.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const metricLog =
  (write: (text: string) => void, nowMs: () => number): Log =>
  (line) =>
    write(`${JSON.stringify(withMetrics(line, nowMs()))}\n`)

const withMetrics = (line: LogLine, Timestamp: number): object => {
  const asked = Object.entries(valuesOf[String(line.event)]?.(line) ?? {})
  const values = asked.filter((each): each is [MetricName, number] => typeof each[1] === 'number')
  if (values.length === 0) return line
  const Metrics = values.map(([Name]) => ({ Name, Unit: metricUnits[Name] }))
  return {
    ...line,
    ...Object.fromEntries(values),
    _aws: { Timestamp, CloudWatchMetrics: [{ Namespace: metricNamespace, Dimensions: [[]], Metrics }] }
  }
}
