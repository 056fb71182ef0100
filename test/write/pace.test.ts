import { describe, expect, it } from 'vitest'
import { backoffPace } from '../../api/write/pace.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const never = new AbortController().signal
const limits = { startInFlight: 4, maxInFlight: 6 }

/** Enters until a place has to be waited for; gives back the tickets. */
const fill = async (pace: ReturnType<typeof backoffPace>, most = 100) => {
  const tickets = []
  for (let n = 0; n < most; n += 1) {
    const ticket = await Promise.race([
      pace.enter(never),
      new Promise<'full'>((resolve) => setImmediate(resolve, 'full'))
    ])
    if (ticket === 'full' || ticket === undefined) break
    tickets.push(ticket)
  }
  return tickets
}

const refuse = async (pace: ReturnType<typeof backoffPace>): Promise<void> => {
  const ticket = await pace.enter(never)
  if (ticket) pace.leave(ticket, 'refused')
}

describe('the pace of a batch', () => {
  it('starts with as many calls as it may', async () => {
    expect(await fill(backoffPace(virtualClock(), limits))).toHaveLength(4)
  })

  it('grows by one with every call that is taken, up to its limit', async () => {
    const pace = backoffPace(virtualClock(), limits)
    for (let n = 0; n < 9; n += 1) {
      const ticket = await pace.enter(never)
      if (ticket) pace.leave(ticket, 'taken')
    }
    expect(await fill(pace)).toHaveLength(6)
  })

  it('halves after a refusal and waits a little: it may be chance', async () => {
    const clock = virtualClock(() => 1)
    const pace = backoffPace(clock, limits)
    await refuse(pace)

    await pace.enter(never)
    expect(clock.passed()).toBe(10)
    expect(await fill(pace)).toHaveLength(1)
  })

  it('lets at most 4 calls go side by side after a refusal, however many went before', async () => {
    const clock = virtualClock(() => 1)
    const pace = backoffPace(clock, { startInFlight: 48, maxInFlight: 48 })
    await refuse(pace)

    await clock.sleep(10)
    expect(await fill(pace)).toHaveLength(4)
  })

  it('falls to one call when nothing is taken any more', async () => {
    const clock = virtualClock(() => 1)
    const pace = backoffPace(clock, { startInFlight: 48, maxInFlight: 48 })
    for (let n = 0; n < 3; n += 1) await refuse(pace)

    await clock.sleep(2_500)
    expect(await fill(pace)).toHaveLength(1)
  })

  it('forgets refusals with the first call that is taken', async () => {
    const clock = virtualClock(() => 1)
    const pace = backoffPace(clock, { startInFlight: 48, maxInFlight: 48 })
    for (let n = 0; n < 20; n += 1) {
      await refuse(pace)
      const ticket = await pace.enter(never)
      if (ticket) pace.leave(ticket, 'taken')
    }
    expect(clock.passed()).toBe(20 * 10)
  })

  it('doubles the wait with each refusal of an outage, up to 2.5 s', async () => {
    const clock = virtualClock(() => 1)
    const pace = backoffPace(clock, limits)
    const waits: number[] = []
    for (let n = 0; n < 10; n += 1) {
      const before = clock.passed()
      const ticket = await pace.enter(never)
      waits.push(clock.passed() - before)
      if (ticket) pace.leave(ticket, 'refused')
    }
    expect(waits).toEqual([0, 10, 20, 100, 200, 400, 800, 1_600, 2_500, 2_500])
  })

  it('takes refusals of calls that went out together as one', async () => {
    const clock = virtualClock(() => 1)
    const pace = backoffPace(clock, limits)
    for (const ticket of await fill(pace)) pace.leave(ticket, 'refused')

    await pace.enter(never)

    expect(clock.passed()).toBe(10)
  })

  it('narrows a little and waits a little when a call is taken in part', async () => {
    const clock = virtualClock(() => 1)
    const pace = backoffPace(clock, limits)
    const ticket = await pace.enter(never)
    if (ticket) pace.leave(ticket, 'partly')

    await pace.enter(never)
    expect(clock.passed()).toBe(50)
    expect(await fill(pace)).toHaveLength(2)
  })

  it('waits no longer than 200 ms for a table that takes a part of each call', async () => {
    const clock = virtualClock(() => 1)
    const pace = backoffPace(clock, limits)
    const waits: number[] = []
    for (let n = 0; n < 6; n += 1) {
      const before = clock.passed()
      const ticket = await pace.enter(never)
      waits.push(clock.passed() - before)
      if (ticket) pace.leave(ticket, 'partly')
    }
    expect(waits).toEqual([0, 50, 100, 200, 200, 200])
  })

  it('does not change for a call that settled its rows in another way', async () => {
    const clock = virtualClock()
    const pace = backoffPace(clock, limits)
    const ticket = await pace.enter(never)
    if (ticket) pace.leave(ticket, 'settled')

    expect(await fill(pace)).toHaveLength(4)
    expect(clock.passed()).toBe(0)
  })

  it('gives no place after the deadline, nor when it strikes during the wait', async () => {
    const clock = virtualClock(() => 1)
    const pace = backoffPace(clock, limits)
    await refuse(pace)

    expect(await pace.enter(clock.deadline(3))).toBeUndefined()
    expect(clock.passed()).toBe(3)
    expect(await pace.enter(AbortSignal.abort())).toBeUndefined()
  })
})
