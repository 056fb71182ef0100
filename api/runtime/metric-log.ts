import { type RowStatus, rowStatuses } from '../plan/row-result.ts'
import type { Log, LogLine } from './log.ts'

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
  /** All of these together. */
  RowsAnswered: 'Count',
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
  ArrivalsIgnored: 'Count',
  MessagesFailed: 'Count',
  ChunksUnknown: 'Count',
  /** Visits to a chunk that ended without a row done. */
  HandOnsWithoutProgress: 'Count',
  /** How long an open run has shown no life. */
  RunStandsSeconds: 'Seconds',
  /** What somebody must look at, whichever of the others it is. */
  NeedsPerson: 'Count',
  LedgerLost: 'Count'
} as const

export type MetricName = keyof typeof metricUnits
type Values = Partial<Record<MetricName, LogLine[string]>>

/** The metric of each status. */
export const rowMetrics = {
  written: 'RowsWritten',
  deleted: 'RowsDeleted',
  superseded: 'RowsSuperseded',
  stale: 'RowsStale',
  unchanged: 'RowsUnchanged',
  condition_failed: 'RowsConditionFailed',
  valid: 'RowsValid',
  rejected: 'RowsRejected',
  unprocessed: 'RowsUnprocessed'
} as const satisfies Readonly<Record<RowStatus, MetricName>>
const rowsOf = (line: LogLine): Values => ({
  ...Object.fromEntries(rowStatuses.map((status) => [rowMetrics[status], line[status]])),
  RowsAnswered: rowStatuses.reduce((sum, status) => sum + Number(line[status] ?? 0), 0)
})
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
    ...(line.state === 'complete' ? { RunsComplete: 1 } : { RunsFailed: 1, NeedsPerson: 1 }),
    RunSeconds: line.seconds
  }),
  manifest_refused: () => ({ ManifestsRefused: 1, NeedsPerson: 1 }),
  arrival_ignored: () => ({ ArrivalsIgnored: 1, NeedsPerson: 1 }),
  message_failed: () => ({ MessagesFailed: 1, NeedsPerson: 1 }),
  chunk_unknown: () => ({ ChunksUnknown: 1, NeedsPerson: 1 }),
  chunk_visited: ({ end, isIdle }) => (end === 'handed_on' && isIdle ? { HandOnsWithoutProgress: 1 } : {}),
  run_stands: ({ seconds }) => ({ RunStandsSeconds: seconds, NeedsPerson: 1 }),
  ledger_lost: () => ({ LedgerLost: 1 })
}

/**
 * Writes log lines that CloudWatch makes metrics of by itself (embedded metric format), so that nothing is sent while
 * a batch is answered. Lines that hold none of the metrics are written as they are.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param namespace where CloudWatch shows the metrics: the name of the deployment
 */
export const metricLog =
  (write: (text: string) => void, nowMs: () => number, namespace: string): Log =>
  (line) =>
    write(`${JSON.stringify(withMetrics(line, nowMs(), namespace))}\n`)

const withMetrics = (line: LogLine, Timestamp: number, Namespace: string): object => {
  const asked = Object.entries(valuesOf[String(line.event)]?.(line) ?? {})
  const values = asked.filter((each): each is [MetricName, number] => typeof each[1] === 'number')
  if (values.length === 0) return line
  const Metrics = values.map(([Name]) => ({ Name, Unit: metricUnits[Name] }))
  return {
    ...line,
    ...Object.fromEntries(values),
    _aws: { Timestamp, CloudWatchMetrics: [{ Namespace, Dimensions: [[]], Metrics }] }
  }
}
