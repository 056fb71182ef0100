import { Duration } from 'aws-cdk-lib'
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { MetricName } from '../../api/runtime/metric-log.ts'

/** Answers by status, API Gateway's own among them, which the functions never see. */
const answers = { Answers202: '202', Answers429: '429', Answers503: '503' } as const

/** Makes metrics of the access log; those of the functions are in their own log lines. */
export class AccessMetrics extends Construct {
  constructor(scope: Construct, id: string, metricNamespace: string, logGroup: ILogGroup) {
    super(scope, id)
    for (const [metricName, status] of Object.entries(answers))
      new MetricFilter(this, metricName, {
        logGroup,
        metricNamespace,
        metricName,
        metricValue: '1',
        filterPattern: FilterPattern.literal(`{ $.status = "${status}" }`)
      })
  }
}

/** A metric of ours by its name, summed up over five minutes unless said otherwise. */
export type OurMetric = (name: MetricName | keyof typeof answers, options?: MetricOptions) => Metric

export const metricsIn =
  (namespace: string): OurMetric =>
  (metricName, options = {}) =>
    new Metric({ namespace, metricName, statistic: 'Sum', period: Duration.minutes(5), ...options })
