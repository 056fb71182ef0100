import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../api/runtime/log.ts'
import { metricLog } from '../../api/runtime/metric-log.ts'

const written = (line: LogLine): Record<string, unknown> => {
  let text = ''
  metricLog(
    (part) => {
      text += part
    },
    () => 1_700_000_000_000,
    'push_to_dynamo'
  )(line)
  expect(text.endsWith('\n')).toBe(true)
  // CloudWatch takes a metric from nothing but one whole JSON object a line.
  expect(text.trimEnd().includes('\n')).toBe(false)
  return JSON.parse(text)
}

describe('a log line that holds metrics', () => {
  it('keeps its fields, and says which of its members are metrics', () => {
    const line = {
      event: 'batch_answered',
      queryId: 'q',
      rows: 3,
      written: 2,
      rejected: 1,
      throttles: 0,
      ms: 7
    }

    expect(written(line)).toEqual({
      ...line,
      RowsWritten: 2,
      RowsRejected: 1,
      RejectedPercent: 100 / 3,
      UnprocessedPercent: 0,
      Throttles: 0,
      BatchMs: 7,
      _aws: {
        Timestamp: 1_700_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'push_to_dynamo',
            Dimensions: [[]],
            Metrics: [
              { Name: 'RowsWritten', Unit: 'Count' },
              { Name: 'RowsRejected', Unit: 'Count' },
              { Name: 'RejectedPercent', Unit: 'Percent' },
              { Name: 'UnprocessedPercent', Unit: 'Percent' },
              { Name: 'Throttles', Unit: 'Count' },
              { Name: 'BatchMs', Unit: 'Milliseconds' }
            ]
          }
        ]
      }
    })
  })

  it('tells a failed run from a complete one', () => {
    expect(written({ event: 'run_ended', state: 'failed' })).toMatchObject({ RunsFailed: 1 })
    expect(written({ event: 'run_ended', state: 'complete' })).not.toHaveProperty('RunsFailed')
  })
})

describe('any other line', () => {
  it('is written as it is', () => {
    expect(written({ event: 'chunk_visited', run: 'r' })).toEqual({ event: 'chunk_visited', run: 'r' })
  })
})
