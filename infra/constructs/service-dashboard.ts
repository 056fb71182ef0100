import {
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  MathExpression,
  PeriodOverride,
  TextWidget
} from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import { rowMetrics } from '../../api/runtime/metric-log.ts'
import { nanoDollars, pricesOf } from '../../api/runtime/prices.ts'
import { fiveMinutes } from './alarms.ts'
import type { Parts } from './parts.ts'

const width = 8
/** What became of rows; a dry run moves none. */
const { valid: _, ...shownRows } = rowMetrics

/** Write units as what they cost on demand; another Region or provisioned capacity costs something else. */
const dollarsOf = (ours: Parts['ours']): IMetric =>
  new MathExpression({
    expression: `units * ${nanoDollars({ write_unit: 1 })} / 1000000000`,
    usingMetrics: { units: ours('WriteUnits') },
    label: `US dollars of write units (${pricesOf.region}, on demand, ${pricesOf.date})`,
    ...fiveMinutes
  })

/** One page that tells a person whether rows arrive, what slows them, and what was set aside. */
export class ServiceDashboard extends Construct {
  // biome-ignore lint/complexity/noExcessiveLinesPerFunction: a page is a list; its graphs stand here in the order in which they are shown
  constructor(scope: Construct, id: string, { api, functions, queues, ours }: Parts) {
    super(scope, id)
    const graph = (title: string, left: IMetric[], options: Partial<GraphWidgetProps> = {}): IWidget =>
      new GraphWidget({ title, left, width, ...options })
    const latency = (statistic: string) =>
      api.metricLatency({ ...fiveMinutes, statistic, label: `API ${statistic}` })
    const work = (statistic: string) =>
      functions.push.lambda.metricDuration({ ...fiveMinutes, statistic, label: `function ${statistic}` })

    new Dashboard(this, 'Dashboard', {
      periodOverride: PeriodOverride.INHERIT,
      widgets: [
        [
          new TextWidget({
            markdown:
              '**push_to_dynamo** rows sent by SQL, what became of them, and what waits. Alarms say what to do.',
            width: 3 * width,
            height: 1
          })
        ],
        [
          graph(
            'Rows by result',
            Object.values(shownRows).map((each) => ours(each)),
            { stacked: true }
          ),
          graph('Write units and throttles', [ours('WriteUnits'), ours('Throttles')], {
            right: [dollarsOf(ours)],
            rightYAxis: { label: 'US dollars', min: 0 }
          }),
          graph('Time of a batch, ms', [latency('p50'), latency('p99'), work('p50'), work('p99')])
        ],
        [
          graph('Answers', [
            api.metricCount(fiveMinutes),
            ours('Answers202'),
            ours('Answers429'),
            ours('Answers503'),
            api.metricServerError(fiveMinutes),
            api.metricClientError(fiveMinutes)
          ]),
          graph('Runs and chunks', [
            ours('RunsComplete'),
            ours('RunsFailed'),
            ours('ChunksSettled'),
            ours('ChunksFailed')
          ]),
          graph('Trouble', [
            ours('BatchesFailed'),
            ours('MessagesFailed'),
            ours('ManifestsRefused'),
            ours('ArrivalsIgnored'),
            ours('ChunksUnknown'),
            ours('HandOnsWithoutProgress'),
            ours('LedgerLost')
          ])
        ],
        [
          graph('Waiting messages', [
            queues.load.work.metricApproximateNumberOfMessagesVisible({ ...fiveMinutes, label: 'chunks' }),
            queues.spill.work.metricApproximateNumberOfMessagesVisible({
              ...fiveMinutes,
              label: 'spilled batches'
            })
          ]),
          graph('Age of the oldest message, s', [
            queues.load.work.metricApproximateAgeOfOldestMessage({ ...fiveMinutes, label: 'chunks' }),
            queues.spill.work.metricApproximateAgeOfOldestMessage({
              ...fiveMinutes,
              label: 'spilled batches'
            })
          ]),
          graph('Runs that stand, s', [ours('RunStandsSeconds', { statistic: 'Maximum' })]),
          graph('Dead letters', [
            queues.load.deadLetters.metricApproximateNumberOfMessagesVisible({
              ...fiveMinutes,
              label: 'chunks'
            }),
            queues.spill.deadLetters.metricApproximateNumberOfMessagesVisible({
              ...fiveMinutes,
              label: 'spilled batches'
            })
          ])
        ],
        [
          graph(
            'Workers',
            Object.entries(functions).map(([label, { lambda }]) =>
              lambda.metric('ConcurrentExecutions', { ...fiveMinutes, statistic: 'Maximum', label })
            )
          ),
          graph(
            'Errors of functions',
            Object.entries(functions).map(([label, { lambda }]) =>
              lambda.metricErrors({ ...fiveMinutes, label })
            )
          ),
          graph(
            'Throttled functions',
            Object.entries(functions).map(([label, { lambda }]) =>
              lambda.metricThrottles({ ...fiveMinutes, label })
            )
          )
        ]
      ]
    })
  }
}
