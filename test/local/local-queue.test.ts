import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localQueue } from '../../api/local/local-queue.ts'
import type { LocalQueueOptions } from '../../api/local/local-queue-options.ts'
import type { Delivery } from '../../api/store/message-queue.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const opened = (options: Partial<LocalQueueOptions> = {}) => {
  const clock = virtualClock()
  const queue = localQueue({ visibilityMs: 5_000, maxReceiveCount: 3, pollers: 1, clock, ...options })
  return { clock, queue }
}

describe('the local queue', () => {
  it('delivers a failed message again after its visibility time-out, not before', async () => {
    const { clock, queue } = opened()
    const times: number[] = []
    queue.consume(async ([first]) => {
      times.push(clock.passed())
      return { failed: first ? [first.id] : [] }
    })
    await queue.send('poison')
    await queue.idle()

    expect(times).toEqual([0, 5_000, 10_000])
    expect(queue.deadLetters()).toMatchObject([{ body: 'poison', receiveCount: 3 }])
  })

  it('delivers the oldest first when it is to keep the order', async () => {
    const { queue } = opened({ isInOrder: true, batchSize: 10 })
    const bodies: string[] = []
    const sent = Array.from({ length: 10 }, (_, n) => `m${n}`)
    for (const body of sent) await queue.send(body)
    queue.consume(async (deliveries) => {
      bodies.push(...deliveries.map(({ body }) => body))
      return { failed: [] }
    })
    await queue.idle()

    expect(bodies).toEqual(sent)
  })

  it('delivers a delayed message at its time', async () => {
    const { clock, queue } = opened()
    const times: number[] = []
    queue.consume(async () => {
      times.push(clock.passed())
      return { failed: [] }
    })
    await queue.send('later', 900)
    await queue.idle()

    expect(times).toEqual([900_000])
  })

  it('delivers all again when an unknown id is named as failed, as SQS does', async () => {
    const { queue } = opened({ batchSize: 10 })
    const counts: number[] = []
    queue.consume(async (deliveries) => {
      counts.push(...deliveries.map(({ receiveCount }) => receiveCount))
      return { failed: counts.length <= 2 ? ['nobody'] : [] }
    })
    await Promise.all([queue.send('a'), queue.send('b')])
    await queue.idle()

    expect(counts).toEqual([1, 1, 2, 2])
  })

  it('delivers a message twice when the dice say so, and never makes a done one a dead letter', async () => {
    const { queue } = opened({ duplicate: () => true, maxReceiveCount: 2, pollers: 3 })
    const seen: Delivery[] = []
    queue.consume(async (deliveries) => {
      seen.push(...deliveries)
      return { failed: [] }
    })
    for (const body of ['a', 'b', 'c']) await queue.send(body)
    await queue.idle()

    expect(seen.map(({ body }) => body).toSorted()).toEqual(['a', 'a', 'b', 'b', 'c', 'c'])
    expect(new Set(seen.map(({ id }) => id)).size).toBe(3)
    expect(queue.deadLetters()).toEqual([])
  })

  it('refuses more than it may hold, dead letters counted', async () => {
    const { queue } = opened({ mostMessages: 2, mostBytes: 10 })
    await expect(queue.send('more than ten')).rejects.toThrow('full')
    await queue.send('a')
    await queue.send('b')

    await expect(queue.send('c')).rejects.toThrow('full')
  })

  it('closes when its handlers have ended, whose signal strikes', async () => {
    const { queue } = opened()
    const begun = Promise.withResolvers<void>()
    let ending = ''
    queue.consume(async (_deliveries, signal) => {
      begun.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      await queue.send('the rest of the work')
      ending = 'handed on'
      return { failed: [] }
    })
    await queue.send('chunk')
    await begun.promise
    const idle = expect(queue.idle()).rejects.toThrow('1 messages left')
    await queue.close()

    await idle
    expect(ending).toBe('handed on')
    await expect(queue.send('too late')).rejects.toThrow('closed')
  })

  it('says so when a handler does not end', async () => {
    const { queue } = opened({ closeMs: 1_000 })
    const begun = Promise.withResolvers<void>()
    queue.consume(() => {
      begun.resolve()
      return new Promise(() => {})
    })
    await queue.send('chunk')
    await begun.promise

    await expect(queue.close()).rejects.toThrow('within 1000 ms')
  })

  it('brings every message to success or to the dead letters, whatever fails and however it is duplicated', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.boolean()),
        async (failures, pollers, dice) => {
          const { queue } = opened({ pollers, batchSize: 3, duplicate: () => dice.next().value === true })
          const done = new Set<string>()
          queue.consume(async (deliveries) => {
            const failed = deliveries.filter(
              ({ body, receiveCount }) => receiveCount <= Number(body.split(' ')[1])
            )
            for (const each of deliveries) if (!failed.includes(each)) done.add(each.body)
            return { failed: failed.map(({ id }) => id) }
          })
          for (const [n, count] of failures.entries()) await queue.send(`${n} ${count}`)
          await queue.idle()
          await queue.close()

          const all = failures.map((count, n) => `${n} ${count}`)
          const dead = queue.deadLetters().map(({ body }) => body)
          expect(new Set([...done, ...dead])).toEqual(new Set(all))
          expect(new Set(dead).size).toBe(dead.length)
        }
      ),
      { numRuns: 50 }
    ))
})
