import { element, query } from '../../support/aws-query.ts'
import type { AwsAccess } from '../../support/ministack.ts'

/** What an alarm of the deployed stacks watches, and whether it went off. */
export interface AlarmState {
  readonly alarm: string
  readonly namespace: string
  readonly metric: string
  readonly isOff: boolean
}

const putsAtOnce = 20

/**
 * What CloudWatch does by itself and the emulator does not: makes metrics of the log lines that name some.
 *
 * @returns the sum of each metric
 */
export const publishMetrics = async (
  aws: AwsAccess,
  lines: readonly string[]
): Promise<ReadonlyMap<string, number>> => {
  const sums = new Map<string, number>()
  const points: Array<readonly [namespace: string, name: string, value: number]> = []
  for (const line of lines) {
    if (!line.includes('"CloudWatchMetrics"')) continue
    const values = JSON.parse(line)
    for (const { Namespace, Metrics } of values._aws.CloudWatchMetrics)
      for (const { Name } of Metrics) points.push([Namespace, Name, Number(values[Name])])
  }
  for (const [, name, value] of points) sums.set(name, (sums.get(name) ?? 0) + value)
  for (let from = 0; from < points.length; from += putsAtOnce) {
    const some = points.slice(from, from + putsAtOnce)
    const Namespace = some[0]?.[0] ?? ''
    const fields = some.flatMap(([, name, value], n) => [
      [`MetricData.member.${n + 1}.MetricName`, name],
      [`MetricData.member.${n + 1}.Value`, String(value)]
    ])
    const call = { service: 'monitoring', action: 'PutMetricData' } as const
    await query(aws, { ...call, fields: { Namespace, ...Object.fromEntries(fields) } })
  }
  return sums
}

/** A metric of AWS's own, summed up over all functions of the account or over one. */
export const sumOf = async (aws: AwsAccess, MetricName: string, functionName: string): Promise<number> => {
  const now = Date.now()
  const fields = {
    Namespace: 'AWS/Lambda',
    MetricName,
    'Dimensions.member.1.Name': 'FunctionName',
    'Dimensions.member.1.Value': functionName,
    StartTime: new Date(now - 3_600_000).toISOString(),
    EndTime: new Date(now + 60_000).toISOString(),
    Period: '7200',
    'Statistics.member.1': 'Sum'
  }
  const xml = await query(aws, { service: 'monitoring', action: 'GetMetricStatistics', fields })
  return [...xml.matchAll(/<Sum>([^<]+)<\/Sum>/g)].reduce((sum, [, value]) => sum + Number(value), 0)
}

export const alarmsOf = async (aws: AwsAccess): Promise<AlarmState[]> => {
  const xml = await query(aws, {
    service: 'monitoring',
    action: 'DescribeAlarms',
    fields: { MaxRecords: '100' }
  })
  return xml
    .split('<AlarmName>')
    .slice(1)
    .map((text) => ({
      alarm: text.slice(0, text.indexOf('<')),
      namespace: element(text, 'Namespace'),
      metric: element(text, 'MetricName'),
      isOff: element(text, 'StateValue') === 'ALARM'
    }))
}
