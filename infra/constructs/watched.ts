import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Settings } from '../settings.ts'
import { fiveMinutes, type Watched } from './alarms.ts'
import type { Parts } from './parts.ts'
import { watchedWork } from './watched-work.ts'

const hour = { period: Duration.hours(1), statistic: 'Sum' } as const

/**
 * What wakes somebody. With `few`, what our own log lines tell is one alarm, and so is what another alarm would show
 * a little later.
 */
export const watchedOf = (parts: Parts, settings: Settings['alarms']): Watched[] => [
  ...(settings.few ? [forAPerson(parts)] : [...watchedEvents(parts, settings), ...watchedEarly(parts)]),
  ...watchedRows(parts, settings),
  ...watchedApi(parts, settings),
  ...watchedWork(parts)
]

/** What the log lines of our functions tell: each once is enough. */
const watchedEvents = ({ ours }: Parts, { runHours }: Settings['alarms']): Watched[] => [
  {
    id: 'FailedRuns',
    metric: ours('RunsFailed'),
    atLeast: 1,
    text: 'A bulk run failed: dynamo_load_status (or the audit) says which chunk and why. Mend it, then redrive_dynamo_load.'
  },
  {
    id: 'ManifestsRefused',
    metric: ours('ManifestsRefused'),
    atLeast: 1,
    text: 'A manifest came for a run that exists with another one, and was NOT loaded. The run refused-… in the audit names the run it wanted: unload it again under a new run name.'
  },
  {
    id: 'ArrivalsIgnored',
    metric: ours('ArrivalsIgnored'),
    atLeast: 1,
    text: 'An object arrived that is neither unload/<run>/manifest.json nor drop/<table>/<file>, and was NOT loaded: arrival_ignored in the log of the load function says why. Put it where it belongs.'
  },
  {
    id: 'MessagesFailed',
    metric: ours('MessagesFailed'),
    atLeast: 1,
    text: 'A message could not be worked on and will come again, five times at most: message_failed in the logs of load and spill holds the cause. Mend it before the message ends among the dead letters.'
  },
  {
    id: 'UnknownChunks',
    metric: ours('ChunksUnknown'),
    atLeast: 1,
    text: 'A message named a chunk that the ledger does not know (any more): chunk_unknown in the log of the load function names the run. Redrive the run, or unload it again.'
  },
  {
    id: 'StandingRuns',
    metric: ours('RunStandsSeconds', { statistic: 'Maximum', period: Duration.minutes(30) }),
    atLeast: runHours * 3600,
    text: 'A run is open and none of its chunks shows life: run_stands in the log of the load function names it. Its messages were sent again by themselves; if that does not help, redrive_dynamo_load or cancel it.'
  }
]

/** What other alarms would show a little later. */
const watchedEarly = ({ ours, ledger, functions }: Parts): Watched[] => [
  {
    id: 'HandOns',
    metric: ours('HandOnsWithoutProgress', hour),
    atLeast: 3,
    text: 'Workers hand a chunk on again and again without a single row getting done: chunk_visited in the log of the load function names the run. Raise max_wcu or the capacity of the table, or unload smaller row groups. Five such visits end the chunk as failed.'
  },
  {
    id: 'LedgerThrottled',
    metric: new Metric({
      namespace: 'AWS/DynamoDB',
      metricName: 'WriteThrottleEvents',
      dimensionsMap: { TableName: ledger },
      statistic: 'Sum',
      ...fiveMinutes
    }),
    atLeast: 100,
    text: 'The ledger itself is throttled: look whether the account is at its DynamoDB quota, or warm the ledger table up.'
  },
  {
    id: 'PushErrors',
    metric: functions.push.lambda.metricErrors(fiveMinutes),
    atLeast: 1,
    text: 'The push function ended with an error (out of memory, out of time, a broken start): see its log. Snowflake sends the batch again by itself.'
  },
  ...(['push', 'load', 'spill'] as const).map((lane) => ({
    id: `${idOf(lane)}Throttled`,
    metric: functions[lane].lambda.metricThrottles(fiveMinutes),
    atLeast: 1,
    text: `The ${lane} function could not start: the account or reservedConcurrency.${lane} is at its limit. Raise it, or use a smaller warehouse. Nothing is lost: callers and queues try again.`
  }))
]

/** `few`: one alarm for all events, and for what those early ones lead to. */
const forAPerson = ({ ours }: Parts): Watched => ({
  id: 'NeedsPerson',
  metric: ours('NeedsPerson'),
  atLeast: 1,
  text: 'Something waits for a person. Look in the logs of load and spill for: run_ended with state failed, manifest_refused, arrival_ignored, message_failed, chunk_unknown, run_stands. The dashboard shows which; infra/README.md says what to do.'
})

/** A share is averaged over batches and chunks: CloudWatch would have to compute it from two sums otherwise. */
const share = { statistic: 'Average' } as const

const watchedRows = (parts: Parts, settings: Settings['alarms']): Watched[] => [
  {
    id: 'RejectedRows',
    metric: parts.ours('RejectedPercent', share),
    atLeast: settings.rejectedPercent,
    text: `Over ${settings.rejectedPercent} % of the rows were rejected and are NOT in the table: their answers, or dynamo_load_rejects, name codes and cures.`
  },
  {
    id: 'UnprocessedRows',
    metric: parts.ours('UnprocessedPercent', share),
    atLeast: settings.unprocessedPercent,
    text: `Over ${settings.unprocessedPercent} % of the rows came back unprocessed and are NOT in the table: send them again. The table is out of reach, denied or out of capacity: see batch_answered and spill_drained in the logs.`
  },
  {
    id: 'ThrottleStorm',
    metric: parts.ours('Throttles'),
    atLeast: settings.throttlesIn5Minutes,
    periods: 3,
    text: 'DynamoDB has been throttling for a quarter of an hour: warm the table up, spread the keys, or set max_wcu.'
  },
  {
    id: 'LedgerLost',
    metric: parts.ours('LedgerLost'),
    atLeast: 5,
    text: 'The ledger was out of reach: batches are written all the same, but a repeat is written again and slow rows come back unprocessed. See ledger_lost in the logs.'
  }
]

const watchedApi = ({ api, ours }: Parts, settings: Settings['alarms']): Watched[] => [
  {
    id: 'ServerErrors',
    metric: api.metricServerError({ ...fiveMinutes, statistic: 'Sum' }),
    atLeast: 5,
    text: 'The API answers 5xx: see the log of the push function for batch_failed.'
  },
  {
    id: 'ClientErrors',
    metric: api.metricClientError({ ...fiveMinutes, statistic: 'Sum' }),
    atLeast: settings.clientErrorsIn5Minutes,
    text: 'The API refuses calls (4xx), so statements fail: a trust, the resource policy or an URL is wrong. Run npm run doctor; the access log says who called and why it was refused.'
  },
  {
    id: 'TooManyRequests',
    metric: ours('Answers429'),
    atLeast: 300,
    periods: 3,
    text: 'Snowflake has been told to slow down for a quarter of an hour, and gives up after ten minutes of it: raise api.requestsPerSecond or the capacity of the table, or use a smaller warehouse.'
  }
]

const idOf = (lane: string): string => `${lane[0]?.toUpperCase()}${lane.slice(1)}`
