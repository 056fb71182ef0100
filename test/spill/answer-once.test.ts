import { describe, expect, it } from 'vitest'
import { type BatchRecord, batchKeptSeconds } from '../../api/ledger/batch-record.ts'
import { onceWorld } from '../support/once-world.ts'
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts'

const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `k${n}`, n }))
const absent = (count: number) => rows(count).map((row) => [row, { if: 'absent' }])
const statusesOf = (results: readonly { readonly status: string }[] | undefined) => [
  ...new Set(results?.map(({ status }) => status))
]

describe('four simultaneous deliveries of one batch', () => {
  it('make one set of writes and get four equal answers', async () => {
    const world = onceWorld()
    const deliveries = Array.from({ length: 4 }, () => world.deliver(absent(60)))
    const answers = await Promise.all(deliveries.map(({ outcome }) => world.settle(outcome)))

    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(statusesOf(answers[0])).toEqual(['written'])
    expect(world.port.calls.flatMap(({ keys }) => keys)).toHaveLength(60)
    expect(deliveries.map(({ claims }) => claims()).toSorted()).toEqual([0, 0, 0, 1])
  })

  it('get four equal answers when the first worker dies after its writes and before its answer', async () => {
    const atAnswer = Promise.withResolvers<void>()
    let isFirst = true
    const world = onceWorld({
      broken: ({ ledger }) => ({
        ledger: {
          ...ledger,
          async put(record, was) {
            if (!isFirst || (record as Partial<BatchRecord>).state !== 'answered')
              return ledger.put(record, was)
            isFirst = false
            atAnswer.resolve()
            return new Promise<never>(() => {})
          }
        }
      })
    })
    const first = world.deliver(absent(60))
    await atAnswer.promise
    first.kill()
    expect(world.port.items.size).toBe(60)
    const repeats = Array.from({ length: 4 }, () => world.deliver(absent(60)))
    const answers = await Promise.all(repeats.map(({ outcome }) => world.settle(outcome)))

    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(statusesOf(answers[0])).toEqual(['written'])
    for (const { claims } of repeats) expect(claims()).toBeLessThanOrEqual(1)
  })
})

describe('a repeat', () => {
  it('gets the same answer, and nothing is written again', async () => {
    const world = onceWorld()
    const first = await world.deliver([{ id: 'a' }, { no: 'key' }]).outcome
    const calls = world.port.calls.length
    const second = await world.deliver([{ id: 'a' }, { no: 'key' }]).outcome

    expect(second.results).toEqual(first.results)
    expect(second.isRepeat).toBe(true)
    expect(world.port.calls).toHaveLength(calls)
  })

  it('with another body is another batch; a poll answers for the latest', async () => {
    const world = onceWorld()
    await world.deliver([{ id: 'a' }]).outcome
    const second = await world.deliver([{ id: 'b' }, { no: 'key' }]).outcome

    expect(second.isRepeat).toBe(false)
    expect(world.port.items.size).toBe(2)
    expect(await world.poll()).toEqual({ kind: 'answered', results: second.results })
    await world.deliver([{ id: 'a' }]).outcome
    expect(await world.poll()).toEqual({ kind: 'answered', results: [{ status: 'written' }] })
  })

  it('takes over from a dead attempt when its lease has ended', async () => {
    const world = onceWorld()
    const first = world.deliver(absent(5))
    while (world.port.items.size < 5) await world.clock.sleep(1)
    first.kill()
    await world.clock.sleep(60_000)
    const { results } = await world.deliver(absent(5)).outcome

    expect(statusesOf(results)).toEqual(['written'])
  })

  it('is written anew after 12 hours', async () => {
    const world = onceWorld()
    await world.deliver([{ id: 'a' }]).outcome
    await world.clock.sleep(batchKeptSeconds * 1_000)

    expect(await world.poll()).toEqual({ kind: 'unknown' })
    expect((await world.deliver([{ id: 'a' }]).outcome).isRepeat).toBe(false)
    expect(await world.poll()).toMatchObject({ kind: 'answered' })
  })
})

describe('a ledger that is out of reach', () => {
  const down = async () => {
    throw new Error('the ledger is down')
  }

  it('does not keep rows from being written; a log line says so, and nothing is promised', async () => {
    const world = onceWorld({ broken: () => ({ ledger: { get: down, put: down } }) })
    const { results } = await world.deliver(rows(3)).outcome

    expect(statusesOf(results)).toEqual(['written'])
    expect(world.lines).toContainEqual({ event: 'ledger_lost', purpose: 'claim', cause: 'Error' })
  })

  it('does not take the time that rows need by not answering', async () => {
    const never = () => new Promise<never>(() => {})
    const silent = {
      ledger: { get: never, put: never },
      meters: { get: never, create: never, change: never }
    }
    const world = onceWorld({ deadlineMs: 2_000, broken: () => silent })
    const { results } = await world.deliver(rows(60)).outcome

    expect(statusesOf(results)).toEqual(['written'])
    expect(world.clock.passed()).toBeLessThan(1_200)
  })

  it('leaves what is not written in time unprocessed', async () => {
    const world = onceWorld({ script: () => 'refused', broken: () => ({ ledger: { get: down, put: down } }) })
    const { results } = await world.deliver(rows(3)).outcome

    expect(statusesOf(results)).toEqual(['unprocessed'])
  })

  it('never makes a poll fail', async () => {
    const world = onceWorld({ broken: () => ({ ledger: { get: down, put: down } }) })
    expect(await world.poll()).toEqual({ kind: 'pending' })
  })
})

describe('a batch that is denied', () => {
  it('is answered at once, for waiting does not help', async () => {
    const world = onceWorld({ script: () => 'denied' })
    const { results } = await world.deliver(rows(3)).outcome

    expect(statusesOf(results)).toEqual(['unprocessed'])
    expect(world.messages).toEqual([])
  })
})

describe('a claim that comes late', () => {
  let puts = 0
  const slowLedger = (clock: VirtualClock, ms: number) =>
    onceWorld({
      clock,
      // Some rows are in the table before it throttles for half a minute.
      script: ({ at, nth }) => (nth > 0 && at < clock.now() - clock.passed() + 30_000 ? 'refused' : 'pass'),
      broken: ({ ledger }) => ({
        ledger: {
          ...ledger,
          async put(record, was) {
            puts += 1
            if (puts <= 2) await clock.sleep(ms)
            return ledger.put(record, was)
          }
        }
      })
    })

  it('does not keep the rows waiting, and still lets the rest go on', async () => {
    const clock = virtualClock()
    const world = slowLedger(clock, 6_000)
    const { results } = await world.deliver(rows(100)).outcome

    expect(world.port.calls[0]?.at).toBe(clock.now() - clock.passed() + 5_001)
    expect(results).toBeUndefined()
    await world.drainAll()
    const polled = await world.poll()
    expect(polled.kind === 'answered' && statusesOf(polled.results)).toEqual(['written'])
  })
})

describe('rows with a condition, while the ledger is slow or gone', () => {
  const down = async () => {
    throw new Error('the ledger is down')
  }

  it('are not written by whoever has no claim: the one who has it would take them for somebody else’s', async () => {
    const clock = virtualClock()
    const startMs = clock.now()
    let puts = 0
    const world = onceWorld({
      clock,
      // A throttled table takes a part of the rows at a time.
      script: ({ nth }) => (nth % 2 === 0 ? 'pass' : 'refused'),
      broken: ({ ledger }) => ({
        ledger: {
          ...ledger,
          async put(record, was) {
            puts += 1
            if (puts > 2) return ledger.put(record, was)
            await clock.sleep(8_000)
            throw new Error('the ledger took too long')
          }
        }
      })
    })
    const first = world.deliver(absent(60)).outcome.catch((error: Error) => error)
    await clock.sleep(6_000 - (clock.now() - startMs))
    const second = await world.settle(world.deliver(absent(60)).outcome)
    await first
    const third = await world.settle(world.deliver(absent(60)).outcome)

    expect(statusesOf(second)).toEqual(['written'])
    expect(third).toEqual(second)
  })

  it('have the batch sent again where the ledger stays away; other rows of it are written all the same', async () => {
    const world = onceWorld({ broken: () => ({ ledger: { get: down, put: down } }) })
    const mixed = [...rows(3), ...absent(2)]

    await expect(world.deliver(mixed).outcome).rejects.toMatchObject({ code: 'out_of_time' })
    expect(world.port.items.size).toBe(3)
  })
})

describe('a delivery whose claim comes late, while another has the batch', () => {
  it('stops writing once it knows, so that the other sees no rows of it', async () => {
    const clock = virtualClock()
    let gets = 0
    const world = onceWorld({
      clock,
      script: ({ at }) => (at < clock.now() - clock.passed() + 8_000 ? 'refused' : 'pass'),
      broken: ({ ledger }) => ({
        ledger: {
          ...ledger,
          async get(key) {
            gets += 1
            if (gets === 1) await clock.sleep(7_000)
            return ledger.get(key)
          }
        }
      })
    })
    const first = world.deliver(absent(30))
    const second = world.deliver(absent(30))
    const answers = [await world.settle(second.outcome), await world.settle(first.outcome)]

    expect(answers[0]).toEqual(answers[1])
    expect(statusesOf(answers[0])).toEqual(['written'])
  })
})

describe('a ledger that fails for a moment', () => {
  it('is asked again when rows are left', async () => {
    let puts = 0
    const world = onceWorld({
      script: ({ at, nth }) => (nth > 0 && at < 1_700_000_030_000 ? 'refused' : 'pass'),
      broken: ({ ledger }) => ({
        ledger: {
          ...ledger,
          async put(record, was) {
            puts += 1
            if (puts <= 2) throw new Error('the ledger is throttled')
            await world.clock.sleep(10)
            return ledger.put(record, was)
          }
        }
      })
    })
    const { results } = await world.deliver(rows(100)).outcome

    expect(results).toBeUndefined()
    await world.drainAll()
    expect(await world.poll()).toMatchObject({ kind: 'answered' })
  })
})
