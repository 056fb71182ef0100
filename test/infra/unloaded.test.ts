import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../api/runtime/log.ts'
import { metricLog } from '../../api/runtime/metric-log.ts'
import { arnText, fullSettings, templatesOf } from './synthesized.ts'

// Every way in which data can stay unloaded, or come late, and the alarm that tells somebody: with all alarms, and
// with `alarms: 'few'`. That the lines are written when it happens is tested where it happens.

interface Alarm {
  readonly MetricName?: string
  readonly Namespace?: string
  readonly Dimensions?: ReadonlyArray<{ readonly Name: string; readonly Value: unknown }>
  readonly ComparisonOperator: string
  readonly AlarmDescription: string
}

const alarmsOf = (settings: unknown) => {
  const { ofType, byId } = templatesOf(settings)
  return {
    byId,
    alarms: ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties as unknown as Alarm)
  }
}
const { tables } = fullSettings
const modes = [
  ['all', alarmsOf(fullSettings)],
  ['few', alarmsOf({ tables, alarms: 'few' })]
] as const

/** Names of metrics that a log line becomes. */
const metricsOf = (line: LogLine): string[] => {
  const names: string[] = []
  const write = (text: string) => {
    const { _aws } = JSON.parse(text)
    for (const { Name } of _aws?.CloudWatchMetrics[0].Metrics ?? []) names.push(Name)
  }
  metricLog(write, () => 0, 'push_to_dynamo')(line)
  return names
}

const watchedBy = ({ MetricName }: Alarm): string[] => (MetricName === undefined ? [] : [MetricName])

describe.each(modes)('with %s alarms', (mode, { alarms, byId }) => {
  it.each<[way: string, line: LogLine]>([
    ['a run fails', { event: 'run_ended', state: 'failed', seconds: 1 }],
    ['a manifest is refused: its run has another one', { event: 'manifest_refused' }],
    ['an object arrives that nobody loads', { event: 'arrival_ignored' }],
    ['a message cannot be worked on', { event: 'message_failed' }],
    ['a message names a chunk that the ledger has forgotten', { event: 'chunk_unknown' }],
    ['a run stands: its messages are lost', { event: 'run_stands', seconds: 9_000, isTooLong: true }],
    ['rows are rejected over HTTP', { event: 'batch_answered', rejected: 1 }],
    ['rows of a chunk are rejected', { event: 'chunk_settled', rejected: 1 }],
    ['rows come back unprocessed', { event: 'batch_answered', unprocessed: 1 }],
    ['spilled rows are given up', { event: 'spill_drained', unprocessed: 1 }],
    ['the table throttles', { event: 'batch_answered', throttles: 1 }],
    ['the ledger is out of reach', { event: 'ledger_lost' }]
  ])('%s', (_way, line) => {
    const metrics = metricsOf(line)
    const found = alarms.filter((alarm) => watchedBy(alarm).some((name) => metrics.includes(name)))

    expect(found.length).toBeGreaterThan(0)
  })

  it('workers make no progress: at once, or when the chunk is given up', () => {
    const metrics = metricsOf({ event: 'chunk_visited', end: 'handed_on', isIdle: true })
    const found = alarms.filter((alarm) => watchedBy(alarm).some((name) => metrics.includes(name)))

    expect(metrics).toEqual(['HandOnsWithoutProgress'])
    expect(found).toHaveLength(mode === 'few' ? 0 : 1)
  })

  const idsOf = (
    type: string,
    isMeant: (properties: Readonly<Record<string, unknown>>) => boolean
  ): string[] =>
    [...byId].flatMap(([id, { Type, Properties }]) => (Type === type && isMeant(Properties) ? [id] : []))
  const watches = (metric: string, id: string): boolean =>
    alarms.some(
      ({ MetricName, Dimensions = [] }) =>
        MetricName === metric && Dimensions.some(({ Value }) => arnText(Value).includes(id))
    )

  it('messages are given up, or wait too long', () => {
    const dead = idsOf('AWS::SQS::Queue', ({ RedrivePolicy }) => RedrivePolicy === undefined)
    const work = idsOf('AWS::SQS::Queue', ({ RedrivePolicy }) => RedrivePolicy !== undefined)

    expect(dead).toHaveLength(2)
    for (const id of dead) expect(watches('ApproximateNumberOfMessagesVisible', id), id).toBe(true)
    for (const id of work) expect(watches('ApproximateAgeOfOldestMessage', id), id).toBe(true)
  })

  it('a worker dies once, of memory or time; a mapping is disabled, so that none is called', () => {
    const workers = idsOf('AWS::Lambda::Function', ({ RecursiveLoop }) => RecursiveLoop === 'Allow')

    expect(workers).toHaveLength(2)
    for (const id of workers) {
      expect(watches('Errors', id), id).toBe(true)
      expect(watches('Invocations', id), id).toBe(true)
    }
    const limits = alarms.filter(({ MetricName }) => MetricName === 'Errors')
    expect(limits.map((alarm) => (alarm as unknown as { Threshold: number }).Threshold)).toEqual(
      limits.map(() => 1)
    )
  })

  it.each(['5XXError', '4XXError', 'Answers429'])('the API answers %s', (metric) => {
    expect(alarms.filter(({ MetricName }) => MetricName === metric)).toHaveLength(1)
  })

  it('functions cannot start: at once, or when calls fail and messages wait', () => {
    const throttled = alarms.filter(
      ({ MetricName, Namespace }) => MetricName === 'Throttles' && Namespace === 'AWS/Lambda'
    )
    expect(throttled).toHaveLength(mode === 'few' ? 0 : 3)
  })
})

describe('alarms', () => {
  it('few of them cost little', () => {
    const metrics = (mode: (typeof modes)[number]) => mode[1].alarms.flatMap(watchedBy).length

    // Each metric of an alarm is 10 cents a month: infra/README.md.
    expect(modes.map(metrics)).toEqual([27, 16])
  })
})
