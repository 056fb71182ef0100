import { expect, it } from 'vitest'
import { metricUnits } from '../../api/runtime/metric-log.ts'
import { templatesOf } from './synthesized.ts'

/** A dry run moves no row, and the sum of all is that of the others. */
const notShown = ['RowsValid', 'RowsAnswered']

it('the dashboard shows what became of rows, whatever it was: a metric that is forgotten there is named here', () => {
  const [dashboard] = templatesOf().ofType('AWS::CloudWatch::Dashboard')
  const body = JSON.stringify(dashboard?.Properties.DashboardBody)
  const results = Object.keys(metricUnits).filter((name) => name.startsWith('Rows'))

  expect(results.length).toBeGreaterThan(8)
  expect(results.filter((name) => !notShown.includes(name) && !body.includes(`"${name}\\`))).toEqual([])
})
