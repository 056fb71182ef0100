import { describe, expect, it } from 'vitest'
import { newMeter } from '../../api/ledger/meter.ts'
import { memoryMeters } from '../../api/local/simulate/memory-meters.ts'
import type { Clock } from '../../api/runtime/clock.ts'
import { memoryStore } from '../support/memory-store.ts'
import { headersOf, onceWorld } from '../support/once-world.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `k${n}` }))
const statusesOf = (results: readonly { readonly status: string }[] | undefined) => [
  ...new Set(results?.map(({ status }) => status))
]
/** A table that takes nothing until so many ms have passed. */
const throttling = (mostMs: number, more: Partial<Parameters<typeof onceWorld>[0]> = {}) => {
  const world = onceWorld({
    ...more,
    script: ({ at, nth }) => (nth > 3 && at - startMs < mostMs ? 'refused' : 'pass')
  })
  const startMs = world.clock.now()
  return world
}

/** A table that takes so many units a second, and as many at once. */
const takes = (perSecond: number): NonNullable<Parameters<typeof onceWorld>[0]>['script'] => {
  let [held, filledAt] = [perSecond, 0]
  return ({ keys, at }) => {
    held = Math.min(perSecond, held + ((at - (filledAt || at)) * perSecond) / 1_000)
    filledAt = at
    const taken = Math.min(keys.length, Math.floor(held))
    held -= taken
    return taken === keys.length ? 'pass' : { left: keys.length - taken }
  }
}

describe('a batch that does not finish before its deadline', () => {
  it('is accepted, is pending while it waits, and ends with the answer of an unhurried one', async () => {
    const sent = [...rows(200), { no: 'key' }, { id: 'k0', again: true }]
    const world = throttling(30_000)
    const { results } = await world.deliver(sent).outcome
    expect(results).toBeUndefined()
    expect(await world.poll()).toEqual({ kind: 'pending' })
    await world.drainAll()

    const unhurried = await onceWorld().deliver(sent).outcome
    expect(await world.poll()).toEqual({ kind: 'answered', results: unhurried.results })
    expect(world.port.items.size).toBe(200)
    expect(world.store.keys('spill/')).toEqual([])
  })

  it('calls rows that were to be new written, not condition_failed', async () => {
    const sent = rows(100).map((row) => [row, { if: 'absent' }])
    const world = throttling(30_000, {})
    await world.deliver(sent).outcome
    await world.drainAll()

    const polled = await world.poll()
    expect(polled.kind === 'answered' && statusesOf(polled.results)).toEqual(['written'])
  })

  it('calls rows written whose answers were lost before they were spilled', async () => {
    const sent = rows(30).map((row) => [row, { if: 'absent' }])
    const world = onceWorld({ script: ({ at }) => (at - startMs < 25_000 ? 'applied-lost' : 'pass') })
    const startMs = world.clock.now()
    expect((await world.deliver(sent).outcome).results).toBeUndefined()
    await world.clock.sleep(10_000)
    await world.drainAll()

    const polled = await world.poll()
    expect(polled.kind === 'answered' && statusesOf(polled.results)).toEqual(['written'])
  })

  it('waits in the queue whole, and is not written twice, when its message comes twice or late', async () => {
    const world = throttling(30_000)
    await world.deliver(rows(150)).outcome
    const [message] = world.messages
    const body = message?.body ?? ''
    await Promise.all([world.drain(body).done, world.drain(body).done])
    await world.drainAll()
    const calls = world.port.calls.length
    await world.drain(body).done

    expect(world.port.calls).toHaveLength(calls)
    expect(await world.poll()).toMatchObject({ kind: 'answered' })
  })

  it('is taken over from a worker that dies', async () => {
    const world = throttling(21_000)
    await world.deliver(rows(150)).outcome
    const body = world.messages[0]?.body ?? ''
    const worker = world.drain(body)
    while (world.port.items.size < 150) await world.clock.sleep(5)
    worker.kill()
    await world.drainAll()

    expect(await world.poll()).toMatchObject({ kind: 'answered' })
    expect(world.port.items.size).toBe(150)
  })

  it('stays with the worker that took it for a minute, since nobody knows yet that it died', async () => {
    let atRead = () => {}
    const world = throttling(21_000, {
      broken: ({ store }) => ({
        store: {
          ...store,
          async read(...args) {
            atRead()
            return store.read(...args)
          }
        }
      })
    })
    await world.deliver(rows(150)).outcome
    const body = world.messages[0]?.body ?? ''
    const dead = new Promise<void>((resolve) => {
      atRead = () => {
        worker.kill()
        atRead = () => {}
        resolve()
      }
    })
    const worker = world.drain(body)
    await dead
    const [calls, diedMs] = [world.port.calls.length, world.clock.now()]

    await world.clock.sleep(50_000)
    await world.drain(body).done
    expect(world.port.calls).toHaveLength(calls)
    await world.drainAll()
    expect(world.clock.now() - diedMs).toBeGreaterThan(55_000)
    expect(await world.poll()).toMatchObject({ kind: 'answered' })
  })

  it('is honest when the bucket fails: what is not written is unprocessed', async () => {
    const write = async () => {
      throw new Error('the bucket is down')
    }
    const world = throttling(30_000, { broken: ({ store }) => ({ store: { ...store, write } }) })
    const { results } = await world.deliver(rows(200)).outcome

    expect(new Set(statusesOf(results))).toEqual(new Set(['written', 'unprocessed']))
    expect(results?.filter(({ status }) => status === 'written')).toHaveLength(world.port.items.size)
    const again = await world.deliver(rows(200)).outcome
    expect(again.results).toEqual(results)
  })

  it('is honest when the queue fails, and a repeat gets the same answer', async () => {
    const send = async () => {
      throw new Error('the queue is down')
    }
    const world = throttling(30_000, { broken: () => ({ queue: { send } }) })
    const { results } = await world.deliver(rows(200)).outcome

    expect(statusesOf(results)).toContain('unprocessed')
    expect((await world.deliver(rows(200)).outcome).results).toEqual(results)
  })

  it('does not leave its worker for a fault of the ledger that passes', async () => {
    let fails = 0
    const world = throttling(30_000, {
      broken: ({ ledger }) => ({
        ledger: {
          ...ledger,
          async put(record, was) {
            if ((record as { claims?: number }).claims === 2 && fails++ < 3) throw new Error('throttled')
            return ledger.put(record, was)
          }
        }
      })
    })
    await world.deliver(rows(150)).outcome
    await world.drainAll()

    expect(fails).toBeGreaterThan(3)
    expect(await world.poll()).toMatchObject({ kind: 'answered' })
  })

  it('tells what is not written shortly before Snowflake stops polling', async () => {
    const world = onceWorld({ script: () => 'refused' })
    await world.deliver(rows(3)).outcome
    await world.drainAll()

    expect(world.clock.passed()).toBeLessThan(600_000)
    const polled = await world.poll()
    expect(polled.kind === 'answered' && statusesOf(polled.results)).toEqual(['unprocessed'])
  })
})

describe('a batch of 8,192 wide rows with long answers', () => {
  it('keeps its answer beside its rows, and gives it back whole', async () => {
    const wide = Array.from({ length: 8_192 }, (_, n) => ({ id: `k${n}`, text: 'x'.repeat(500), n }))
    const flawed = wide.map((row, n) => (n % 4 === 0 ? row : { ...row, id: null }))
    const world = onceWorld()
    const first = await world.deliver(flawed).outcome

    expect(first.results).toHaveLength(8_192)
    expect(world.port.items.size).toBe(2_048)
    expect((await world.deliver(flawed).outcome).results).toEqual(first.results)
    expect(world.store.keys('spill/').some((key) => key.endsWith('answers.json.gz'))).toBe(true)
  })
})

describe('a poll', () => {
  it('finds nothing under an id that nobody has sent, or on another route', async () => {
    const world = onceWorld()
    await world.deliver(rows(1)).outcome
    expect(await world.poll('b-2')).toEqual({ kind: 'unknown' })
    expect(await world.poll('b-1', '/delete')).toEqual({ kind: 'unknown' })
  })
})

describe('a table whose queue is longer than it can take in time', () => {
  it('sends a batch back with 429, and it comes again as new', async () => {
    const world = onceWorld({ statedUnits: 10 })
    const accepted = Array.from(
      { length: 8 },
      (_, n) =>
        world.deliver(
          rows(400).map(({ id }) => ({ id: `${n}-${id}` })),
          `b-${n}`
        ).outcome
    )
    const ends = await Promise.allSettled(accepted)
    const refused = ends.filter(({ status }) => status === 'rejected')

    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]).toMatchObject({ reason: { code: 'slow_down' } })
    await world.drainAll()
    expect(world.port.items.size).toBe((8 - refused.length) * 400)
  })
})

describe('a table of 50 units whose meter does not answer', () => {
  it.each([
    ['fails', async () => Promise.reject(new Error('the ledger throttles'))],
    ['is silent', () => new Promise<never>(() => {})]
  ])('accepts nothing for later: the meter %s', async (_how, call) => {
    const world = onceWorld({
      deadlineMs: 2_000,
      script: takes(50),
      broken: () => ({ meters: { get: call, create: call, change: call } })
    })
    const ends = await Promise.all(
      Array.from({ length: 8 }, (_, n) => {
        const named = rows(500).map(({ id }) => ({ id: `${n}-${id}` }))
        return world.deliver(named, `b-${n}`).outcome
      })
    )

    const results = ends.flatMap((end) => end.results ?? [])
    expect(results).toHaveLength(8 * 500)
    expect(world.messages).toEqual([])
    const written = results.filter(({ status }) => status === 'written')
    expect(written.length).toBe(world.port.items.size)
    expect(results.filter(({ status }) => status === 'unprocessed').length).toBe(4_000 - written.length)
  })
})

describe('a table of 50 units whose ledger is slow', () => {
  /** A hundred batches at once; every call of the ledger and of its meters takes so long. */
  const deliverAll = async (ms: number, idleMs?: number) => {
    const clock = virtualClock()
    const meters = memoryMeters()
    if (idleMs !== undefined) await meters.create(newMeter('orders', 50, clock.now() - idleMs))
    const late = <T extends object>(part: T): T =>
      new Proxy(part, {
        get:
          (of, name) =>
          async (...given: readonly unknown[]) => {
            await clock.sleep(ms)
            return (Reflect.get(of, name) as (...all: readonly unknown[]) => unknown)(...given)
          }
      })
    const world = onceWorld({
      clock,
      statedUnits: 50,
      script: takes(50),
      broken: ({ ledger }) => ({ ledger: late(ledger), meters: late(meters) })
    })
    const ends = await Promise.allSettled(
      Array.from({ length: 80 }, (_, n) => {
        const named = rows(500).map(({ id }) => ({ id: `${n}-${id}` }))
        return world.deliver(named, `b-${n}`).outcome
      })
    )
    const answered = ends.flatMap((end) => (end.status === 'fulfilled' && end.value.results) || [])
    return {
      world,
      accepted: ends.filter((end) => end.status === 'fulfilled' && end.value.results === undefined).length,
      written: answered.filter(({ status }) => status === 'written').length,
      statuses: statusesOf(answered)
    }
  }

  it('accepts no more for later than the table takes while Snowflake polls: 400 ms', async () => {
    const { accepted, world } = await deliverAll(400)
    expect(accepted).toBeGreaterThan(0)
    expect(accepted * 500).toBeLessThanOrEqual(20_000)
    expect(world.lines.filter(({ event }) => event === 'ledger_lost')).toEqual([])
  })

  it.each([
    [600, 'is new', undefined],
    [600, 'has idled for an hour', 3_600_000],
    [900, 'has idled for an hour', 3_600_000]
  ])('accepts no more than that where the meter answers in %d ms, and %s', async (ms, _age, idleMs) => {
    const { accepted } = await deliverAll(ms, idleMs)
    expect(accepted).toBeGreaterThan(0)
    expect(accepted * 500).toBeLessThanOrEqual(20_000)
  })

  it('accepts no more in 1.5 s, where a second look would come too late', async () => {
    const { accepted } = await deliverAll(1_500, 3_600_000)
    expect(accepted * 500).toBeLessThanOrEqual(20_000)
  })

  it('accepts nothing: 3 s, where nobody waits for the meter', async () => {
    const { accepted, written, statuses, world } = await deliverAll(3_000)
    expect(accepted).toBe(0)
    expect(statuses.toSorted()).toEqual(['unprocessed', 'written'])
    expect(written).toBe(world.port.items.size)
    expect(world.messages).toEqual([])
  })
})

describe('a meter that answers, but later than a batch waits for its places', () => {
  it('is asked once more at the deadline: what is left goes to the queue, and nothing is unprocessed', async () => {
    const slow = <T>(clock: Clock, call: Promise<T>) => clock.sleep(900).then(() => call)
    const meters = memoryMeters()
    const world = throttling(30_000, {
      broken: () => ({
        meters: {
          get: (name) => slow(world.clock, meters.get(name)),
          create: (meter) => slow(world.clock, meters.create(meter)),
          change: (name, change) => slow(world.clock, meters.change(name, change))
        }
      })
    })
    expect((await world.deliver(rows(200)).outcome).results).toBeUndefined()
    expect(world.lines).toContainEqual({ event: 'ledger_lost', purpose: 'meter', cause: 'TooSlow' })
    await world.drainAll()

    const polled = await world.poll()
    expect(polled.kind === 'answered' && statusesOf(polled.results)).toEqual(['written'])
  })
})

describe('a table that states 40,000 units and takes 50', () => {
  it('accepts no 40,000 rows for later', async () => {
    const world = onceWorld({ statedUnits: 40_000, script: takes(50) })
    const ends = await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) => {
        const named = rows(500).map(({ id }) => ({ id: `${n}-${id}` }))
        return world.deliver(named, `b-${n}`).outcome
      })
    )
    const accepted = ends.filter((end) => end.status === 'fulfilled' && end.value.results === undefined)
    expect(accepted.length * 500).toBeLessThanOrEqual(20_500)
  })
})

describe('a spilled batch whose worker has died', () => {
  it('is brought back by the next poll, and ends before Snowflake gives up', async () => {
    const world = throttling(40_000)
    expect((await world.deliver(rows(150)).outcome).results).toBeUndefined()
    const [message] = world.messages.splice(0)
    const worker = world.drain(message?.body ?? '')
    await world.clock.sleep(1_000)
    worker.kill()
    expect(await world.poll()).toEqual({ kind: 'pending' })
    expect(world.messages).toEqual([])

    // Its lease is over; the message itself is still hidden.
    await world.clock.sleep(61_000)
    expect(await world.poll()).toEqual({ kind: 'pending' })
    expect(world.messages).toHaveLength(1)
    await world.drainAll()
    const polled = await world.poll()
    expect(polled.kind === 'answered' && statusesOf(polled.results)).toEqual(['written'])
  })
})

describe('stored answers', () => {
  it('are those of the function that asked, and of the tables that it is narrowed to', async () => {
    const world = onceWorld()
    const narrowed = (pushTables: string) => ({ ...headersOf('b-1'), pushTables })
    const first = await world.deliver(rows(2), 'b-1', '/push', narrowed('orders')).outcome
    const other = await world.deliver(rows(2), 'b-1', '/push', narrowed('others')).outcome

    expect([first.isRepeat, other.isRepeat]).toEqual([false, false])
    expect((await world.poll('b-1', '/push', 'others')).kind).toBe('answered')
    expect((await world.poll('b-1', '/push', 'customers')).kind).toBe('unknown')
  })
})

describe('option trail', () => {
  it('has one line a row, written by the visit that answered it, in the bucket of the audit', async () => {
    const audit = memoryStore()
    const world = onceWorld({ script: takes(10), broken: () => ({ audit }) })
    await world.deliver(rows(600).map((row) => [row, { trail: true }])).outcome
    const before = world.port.items.size
    await world.drain(world.messages.shift()?.body ?? '', 15_000).done
    expect(world.port.items.size).toBeGreaterThan(before)
    expect(world.port.items.size).toBeLessThan(600)
    await world.drainAll()

    const polled = await world.poll()
    expect(polled.kind === 'answered' && statusesOf(polled.results)).toEqual(['written'])
    expect(world.store.keys('audit/')).toEqual([])
    const keys = audit.keys('audit/rows/q-1/')
    const lines = (await Promise.all(keys.map((key) => audit.read(key, 1e6, new AbortController().signal))))
      .flatMap((object) => object?.content.toString().trim().split('\n') ?? [])
      .map((line) => JSON.parse(line))
    // Rows that the delivery wrote have their lines from its route, which this world leaves out.
    expect(new Set(lines.map(({ row }) => row)).size).toBe(600 - before)
    expect(lines).toHaveLength(600 - before)
    expect(lines[0]).toMatchObject({
      event: 'row',
      user: 'ANN',
      batch: 'b-1',
      key: { id: expect.any(String) },
      status: 'written'
    })
  })
})
