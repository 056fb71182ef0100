import { expect, it } from 'vitest'
import { invocationLog } from '../../api/runtime/invocation-log.ts'
import type { LogLine } from '../../api/runtime/log.ts'

it('every line names its invocation, and those of the first one the cold start', () => {
  const lines: LogLine[] = []
  const { log, during } = invocationLog((line) => lines.push(line))
  during('r-1')
  log({ event: 'a' })
  log({ event: 'b' })
  during('r-2')
  log({ event: 'c' })

  expect(lines).toEqual([
    { event: 'a', requestId: 'r-1', coldStart: true },
    { event: 'b', requestId: 'r-1', coldStart: true },
    { event: 'c', requestId: 'r-2' }
  ])
})
