import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { systemClock } from '../../../api/local/snowflake-caller/clock.ts'

it('the real clock ends a sleep at once when its signal aborts, and not before', async () => {
  const canceling = new AbortController()
  let isOver = false
  const sleep = systemClock(canceling.signal)
    .sleep(3_600_000)
    .then(() => {
      isOver = true
    })

  await nextTurn()
  expect(isOver).toBe(false)
  canceling.abort()
  await nextTurn()
  expect(isOver).toBe(true)
  await sleep
})
