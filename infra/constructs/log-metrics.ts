import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'

/** Where our own metrics are. */
export const metricNamespace = 'push_to_dynamo'

/** A metric, the log lines that hold it, and the field; no field counts the lines. */
export interface LogMetric {
  readonly name: string
  readonly where: string
  readonly field?: string
}

const batchCounts = {
  RowsWritten: 'written',
  RowsDeleted: 'deleted',
  RowsSuperseded: 'superseded',
  RowsStale: 'stale',
  RowsConditionFailed: 'condition_failed',
  RowsUnchanged: 'unchanged',
  RowsRejected: 'rejected',
  RowsUnprocessed: 'unprocessed',
  WriteUnits: 'writeUnits',
  Throttles: 'throttles',
  BatchMs: 'ms'
}

/** From api/receive/batch-line.ts. A line without the field gives no value. */
export const pushMetrics: readonly LogMetric[] = [
  ...Object.entries(batchCounts).map(([name, field]) => ({
    name,
    field,
    where: `($.event = "batch_answered") && ($.${field} = *)`
  })),
  { name: 'BatchesFailed', where: '$.event = "batch_failed"' }
]

/** From api/load/end-run.ts. */
export const loadMetrics: readonly LogMetric[] = [
  { name: 'RunsComplete', where: '($.event = "run_ended") && ($.state = "complete")' },
  { name: 'RunsFailed', where: '($.event = "run_ended") && ($.state = "failed")' },
  { name: 'RunRowsRead', field: 'rows', where: '($.event = "run_ended") && ($.rows = *)' },
  { name: 'RunSeconds', field: 'seconds', where: '($.event = "run_ended") && ($.seconds = *)' }
]

/** From the access log of the API. */
export const accessMetrics: readonly LogMetric[] = [
  { name: 'Answers202', where: '$.status = "202"' },
  { name: 'Answers429', where: '$.status = "429"' },
  { name: 'Answers503', where: '$.status = "503"' }
]

/** Makes metrics of the numbers that are in the log anyway: nothing is sent while a batch is answered. */
export class LogMetrics extends Construct {
  constructor(scope: Construct, id: string, logGroup: ILogGroup, metrics: readonly LogMetric[]) {
    super(scope, id)
    for (const { name, where, field } of metrics)
      new MetricFilter(this, name, {
        logGroup,
        metricNamespace,
        metricName: name,
        metricValue: field === undefined ? '1' : `$.${field}`,
        filterPattern: FilterPattern.literal(`{ ${where} }`)
      })
  }
}

/** Our metric by its name, summed up over five minutes. */
export const ourMetric = (metricName: string, statistic = 'Sum'): Metric =>
  new Metric({ namespace: metricNamespace, metricName, statistic, period: Duration.minutes(5) })
