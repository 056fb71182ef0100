import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import type { Settings } from '../settings.ts'
import { fiveMinutes, type Watched } from './alarms.ts'
import { ourMetric } from './log-metrics.ts'
import type { ServiceFunction } from './service-function.ts'
import type { WorkQueue } from './work-queue.ts'

export interface Parts {
  readonly api: RestApi
  readonly functions: {
    readonly push: ServiceFunction
    readonly load: ServiceFunction
    readonly spill: ServiceFunction
  }
  readonly queues: { readonly load: WorkQueue; readonly spill: WorkQueue }
}

const hourSeconds = 3600

/** What wakes somebody. */
export const watchedOf = ({ api, functions, queues }: Parts, settings: Settings['alarms']): Watched[] => [
  {
    id: 'LoadDeadLetters',
    metric: queues.load.deadLetters.metricApproximateNumberOfMessagesVisible({
      ...fiveMinutes,
      statistic: 'Maximum'
    }),
    atLeast: 1,
    text: 'A chunk or a manifest failed five times. See dynamo_load_status and the log of the load function, then redrive_dynamo_load.'
  },
  {
    id: 'SpillDeadLetters',
    metric: queues.spill.deadLetters.metricApproximateNumberOfMessagesVisible({
      ...fiveMinutes,
      statistic: 'Maximum'
    }),
    atLeast: 1,
    text: 'The rest of an HTTP batch failed five times. Its rows lie under spill/ for three days; the statement that sent them has failed or will.'
  },
  {
    id: 'FailedRuns',
    metric: ourMetric('RunsFailed'),
    atLeast: 1,
    text: 'A bulk run failed: dynamo_load_status says which chunk and why.'
  },
  {
    id: 'ThrottleStorm',
    metric: ourMetric('Throttles'),
    atLeast: settings.throttlesIn5Minutes,
    periods: 3,
    text: 'DynamoDB has been throttling for a quarter of an hour: warm the table up, spread the keys, or set max_wcu.'
  },
  {
    id: 'LedgerLost',
    metric: ourMetric('LedgerLost'),
    atLeast: 5,
    text: 'The ledger was out of reach: batches are written all the same, but a repeat is written again and slow rows come back unprocessed. See ledger_lost in the logs.'
  },
  {
    id: 'ServerErrors',
    metric: api.metricServerError({ ...fiveMinutes, statistic: 'Sum' }),
    atLeast: 5,
    text: 'The API answers 5xx: see the log of the push function for batch_failed.'
  },
  {
    id: 'OldestChunk',
    metric: queues.load.work.metricApproximateAgeOfOldestMessage(fiveMinutes),
    atLeast: hourSeconds,
    periods: 3,
    text: 'A chunk has waited for an hour: raise workers.load or the capacity of the table.'
  },
  {
    id: 'OldestSpill',
    metric: queues.spill.work.metricApproximateAgeOfOldestMessage(fiveMinutes),
    atLeast: 300,
    text: 'Spilled rows have waited for five minutes while Snowflake polls for them: raise workers.spill.'
  },
  ...(['push', 'load', 'spill'] as const).map((name) => ({
    id: `${name[0]?.toUpperCase()}${name.slice(1)}Errors`,
    metric: functions[name].lambda.metricErrors(fiveMinutes),
    atLeast: 3,
    text: `The ${name} function ended with errors (out of memory, out of time, a broken start): see its log.`
  }))
]
