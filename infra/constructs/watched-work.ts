import { Duration } from 'aws-cdk-lib'
import { fiveMinutes, type Watched } from './alarms.ts'
import type { Parts } from './parts.ts'

const hourSeconds = 3600

/** What waits in the queues, and whether anybody takes it from there. */
export const watchedWork = ({ functions, queues }: Parts): Watched[] => [
  {
    id: 'LoadDeadLetters',
    metric: queues.load.deadLetters.metricApproximateNumberOfMessagesVisible({
      ...fiveMinutes,
      statistic: 'Maximum'
    }),
    atLeast: 1,
    text: 'A chunk or a manifest was given up after five deliveries: message_failed in the log of the load function says why, dynamo_load_status of what run. Mend it, then send the dead letters back (infra/README.md) or redrive_dynamo_load.'
  },
  {
    id: 'SpillDeadLetters',
    metric: queues.spill.deadLetters.metricApproximateNumberOfMessagesVisible({
      ...fiveMinutes,
      statistic: 'Maximum'
    }),
    atLeast: 1,
    text: 'The rest of an HTTP batch was given up after five deliveries. Its rows lie under spill/ for three days; the statement that sent them has failed or will: run it again.'
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
  ...(['load', 'spill'] as const).flatMap((lane): Watched[] => [
    {
      id: lane === 'load' ? 'LoadErrors' : 'SpillErrors',
      metric: functions[lane].lambda.metricErrors(fiveMinutes),
      atLeast: 1,
      text: `The ${lane} function ended with an error (out of memory, out of time, a broken start): see its log. Another worker goes on from the last checkpoint; raise memoryMb.${lane} when it was memory.`
    },
    {
      id: lane === 'load' ? 'IdleLoad' : 'IdleSpill',
      metric: functions[lane].lambda.metricInvocations({ period: Duration.hours(1), statistic: 'Sum' }),
      atLeast: 1,
      isSilence: true,
      text: `Nobody has taken a message from the ${lane} queue for an hour, though one comes every quarter of an hour: the event source mapping of the function is disabled or lacks rights (aws lambda list-event-source-mappings), or the rule Heartbeat is.`
    }
  ])
]
