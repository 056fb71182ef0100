import { afterEach, describe, expect, it } from 'vitest'
import type { DeliveryHandler } from '../../api/local/local-queue.ts'
import type { Delivery, MessageQueue } from '../../api/store/message-queue.ts'

export interface QueueSettings {
  readonly maxReceiveCount: number
  readonly pollers: number
  readonly batchSize: number
  /** A message that was delivered comes back as soon as the queue allows; else after longer than any test takes. */
  readonly isHiddenBriefly: boolean
}

export interface OpenedQueue {
  readonly queue: MessageQueue
  consume(handler: DeliveryHandler): void
  /** Waits until there are so many. */
  deadLetters(count: number): Promise<readonly Delivery[]>
  close(): Promise<void>
}

const done = { failed: [] }

/** What every queue promises. */
export const messageQueueContract = (
  name: string,
  open: (settings: QueueSettings) => Promise<OpenedQueue>
): void => {
  describe(name, () => {
    const opened: OpenedQueue[] = []
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close()
    })
    const opening = async (settings: Partial<QueueSettings> = {}) => {
      const queue = await open({
        maxReceiveCount: 3,
        pollers: 1,
        batchSize: 1,
        isHiddenBriefly: false,
        ...settings
      })
      opened.push(queue)
      return queue
    }
    /** Remembers deliveries; `until(n)` resolves when n have been answered. */
    const recorder = (answer: DeliveryHandler) => {
      const seen: Delivery[] = []
      const reached = new Map<number, PromiseWithResolvers<void>>()
      const at = (count: number) => {
        const waiter = reached.get(count) ?? Promise.withResolvers<void>()
        reached.set(count, waiter)
        return waiter
      }
      const handler: DeliveryHandler = async (deliveries, signal) => {
        const first = seen.length
        seen.push(...deliveries)
        try {
          return await answer(deliveries, signal)
        } finally {
          for (let n = first; n <= seen.length; n += 1) at(n).resolve()
        }
      }
      return { seen, handler, until: (count: number) => at(count).promise }
    }

    it('delivers every message, whatever the order, with its body as it was sent', async () => {
      const { queue, consume } = await opening({ pollers: 2, batchSize: 10 })
      const bodies = Array.from({ length: 40 }, (_, n) => `{"chunk":"ünïcode 世界 <${n}> & \\"quoted\\""}`)
      const { seen, handler, until } = recorder(async () => done)
      for (const body of bodies) await queue.send(body)
      consume(handler)
      await until(40)

      expect(seen.map(({ body }) => body).toSorted()).toEqual(bodies.toSorted())
      expect(new Set(seen.map(({ id }) => id)).size).toBe(40)
      expect(new Set(seen.map(({ receiveCount }) => receiveCount))).toEqual(new Set([1]))
    })

    it('delivers a message again, counted, when its handler throws', async () => {
      const { queue, consume } = await opening()
      const { seen, handler, until } = recorder(async ([first]) => {
        if (first?.receiveCount === 1) throw new Error('out of time')
        return done
      })
      await queue.send('chunk')
      consume(handler)
      await until(2)

      expect(seen.map(({ receiveCount }) => receiveCount)).toEqual([1, 2])
      expect(seen[0]?.id).toBe(seen[1]?.id)
    })

    it('delivers only what failed of several messages again', async () => {
      const { queue, consume } = await opening({ batchSize: 10 })
      for (const body of ['good', 'bad', 'also good']) await queue.send(body)
      const { seen, handler, until } = recorder(async (deliveries) => ({
        failed: deliveries
          .filter((each) => each.body === 'bad' && each.receiveCount === 1)
          .map(({ id }) => id)
      }))
      consume(handler)
      await until(4)

      expect(seen.map(({ body, receiveCount }) => `${body} ${receiveCount}`).toSorted()).toEqual([
        'also good 1',
        'bad 1',
        'bad 2',
        'good 1'
      ])
    })

    it('sets a message aside after so many deliveries, and goes on with the others', async () => {
      const { queue, consume, deadLetters } = await opening({ maxReceiveCount: 2 })
      const { seen, handler, until } = recorder(async (deliveries) => ({
        failed: deliveries.filter(({ body }) => body === 'poison').map(({ id }) => id)
      }))
      await queue.send('poison')
      await queue.send('good')
      consume(handler)
      await until(3)
      const dead = await deadLetters(1)

      expect(dead.map(({ body }) => body)).toEqual(['poison'])
      expect(seen.filter(({ body }) => body === 'poison').map(({ receiveCount }) => receiveCount)).toEqual([
        1, 2
      ])
      expect(seen.filter(({ body }) => body === 'good')).toHaveLength(1)
    })

    it('gives a message to another poller when the first keeps it too long', async () => {
      const { queue, consume } = await opening({ pollers: 2, isHiddenBriefly: true })
      const second = Promise.withResolvers<void>()
      const { seen, handler, until } = recorder(async ([first]) => {
        if (first?.receiveCount === 1) await second.promise
        else second.resolve()
        return done
      })
      await queue.send('slow chunk')
      consume(handler)
      await until(2)

      expect(seen.slice(0, 2).map(({ receiveCount }) => receiveCount)).toEqual([1, 2])
    })

    it('keeps a message hidden for as long as its worker says so, however short its own time is', async () => {
      const { queue, consume } = await opening({ pollers: 2, isHiddenBriefly: true })
      const { seen, handler, until } = recorder(async ([first]) => {
        if (first?.body !== 'long chunk') return done
        await queue.hide(first.receipt, 60)
        // Messages that come back after the queue's own time go round meanwhile.
        await others
        return done
      })
      const others = (async () => {
        for (let n = 0; n < 3; n += 1) await queue.send(`other ${n}`, 1)
        await until(4)
      })()
      await queue.send('long chunk')
      consume(handler)
      await until(4)
      await others

      expect(seen.filter(({ body }) => body === 'long chunk')).toHaveLength(1)
    })

    it('gives a message back at once when its worker says so, and then knows its receipt no more', async () => {
      const { queue, consume } = await opening()
      const { seen, handler, until } = recorder(async ([first]) => {
        if (first?.receiveCount !== 1) return done
        await queue.hide(first.receipt, 0)
        throw new Error('again')
      })
      await queue.send('chunk')
      consume(handler)
      await until(2)

      expect(seen.map(({ receiveCount }) => receiveCount)).toEqual([1, 2])
      expect(seen[0]?.waitedMs).toBeGreaterThanOrEqual(0)
      await expect(queue.hide('no such receipt', 1)).rejects.toThrow()
    })

    it('delivers to several pollers at once', async () => {
      const { queue, consume } = await opening({ pollers: 4 })
      const together = Promise.withResolvers<void>()
      let atWork = 0
      const { handler, until } = recorder(async () => {
        atWork += 1
        if (atWork === 4) together.resolve()
        await together.promise
        return done
      })
      for (const body of ['a', 'b', 'c', 'd']) await queue.send(body)
      consume(handler)
      await until(4)

      expect(atWork).toBe(4)
    })

    it('delivers a delayed message after one that was sent later without delay', async () => {
      const { queue, consume } = await opening()
      const { seen, handler, until } = recorder(async () => done)
      await queue.send('delayed', 1)
      await queue.send('at once')
      consume(handler)
      await until(2)

      expect(seen.map(({ body }) => body)).toEqual(['at once', 'delayed'])
    })

    it.each([
      ['an empty body', '', 0, '1 to 1048576 bytes'],
      ['more than 1 MiB', 'x'.repeat(1024 ** 2 + 1), 0, '1 to 1048576 bytes'],
      ['a delay over 15 minutes', 'chunk', 901, '0 to 900'],
      ['a negative delay', 'chunk', -1, '0 to 900']
    ])('refuses %s', async (_what, body, delaySeconds, message) => {
      const { queue } = await opening()

      await expect(queue.send(body, delaySeconds)).rejects.toThrow(message)
    })
  })
}
