import { expect, it } from 'vitest'
import { type MetricName, metricUnits } from '../../api/runtime/metric-log.ts'
import { dollars, pricesOf } from '../../api/runtime/prices.ts'
import { templatesOf } from './synthesized.ts'

/** Metrics that nobody looks at, each with the reason. */
const notShown: Partial<Record<MetricName, string>> = {
  RowsValid: 'a dry run moves no row',
  RejectedPercent: 'a share of rows that are shown',
  UnprocessedPercent: 'a share of rows that are shown',
  BatchMs: 'the time of the API and of its function is shown',
  SpillMs: 'the age of waiting messages is shown',
  BatchesAccepted: 'answers 202 of the API are shown',
  BatchesRepeated: 'repeats are what Snowflake does, and change nothing',
  RunSeconds: 'a run says it in its status',
  NeedsPerson: 'the sum of others, for one alarm instead of many'
}

const [dashboard] = templatesOf().ofType('AWS::CloudWatch::Dashboard')

it('the dashboard shows every metric, or it is said here why not', () => {
  const body = JSON.stringify(dashboard?.Properties.DashboardBody)
  const missing = Object.keys(metricUnits).filter((name) => !body.includes(`"${name}\\`))

  expect(missing.toSorted()).toEqual(Object.keys(notShown).toSorted())
})

it('the dashboard tells write units as dollars, by the price of prices.ts and its date', () => {
  const body = JSON.stringify(dashboard?.Properties.DashboardBody)
  const [, factor = '', divisor = ''] = /units \* (\d+) \/ (\d+)/.exec(body) ?? []

  expect(Number(factor) / Number(divisor)).toBe(Number(dollars({ write_unit: 1_000_000 })) / 1_000_000)
  expect(body).toContain(pricesOf.date)
})
