import { it } from 'vitest'
import { systemClock } from '../../../api/local/snowflake-caller/clock.ts'

it('the real clock ends a sleep when its signal aborts', async () => {
  const canceling = new AbortController()
  const sleep = systemClock(canceling.signal).sleep(3_600_000)
  canceling.abort()

  await sleep
})
