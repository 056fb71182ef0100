import { randomUUID } from 'node:crypto'
import { checkMessage } from '../store/check-message.ts'
import type { Delivery, MessageQueue } from '../store/message-queue.ts'
import type { LocalQueueOptions } from './local-queue-options.ts'
import { delivery, messageShelf, receiptOf, type ShelvedMessage } from './message-shelf.ts'
import { closedWith, nextChange } from './next-change.ts'

/** Answers like a Lambda on SQS: ids that are not named as failed are done. A throw fails all of them. */
export type DeliveryHandler = (
  deliveries: readonly Delivery[],
  signal: AbortSignal
) => Promise<{ readonly failed: readonly string[] }>

export interface LocalQueue extends MessageQueue {
  /** Starts the pollers. @throws Error when there are some already */
  consume(handler: DeliveryHandler): void
  /** Resolves once no message is left: each is done or a dead letter. Rejects when the queue is closed before. */
  idle(): Promise<void>
  deadLetters(): readonly Delivery[]
  /** Strikes the handlers' signal and waits for them. @throws Error when they do not end in `closeMs` */
  close(): Promise<void>
}

/** A queue in this process with SQS's promises: at least once, in no order, dead letters after so many tries. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the messages under way; its functions are short
export const localQueue = (options: LocalQueueOptions): LocalQueue => {
  const { visibilityMs, maxReceiveCount, pollers, clock, duplicate = () => false, batchSize = 1 } = options
  const {
    mostMessages = 100_000,
    mostBytes = 64 * 1024 ** 2,
    closeMs = 30_000,
    onFailure = () => {}
  } = options
  const shelf = messageShelf(clock, options.isInOrder)
  const dead: Delivery[] = []
  /** Messages that handlers have, by the receipts of their deliveries. */
  const inHand = new Map<string, ShelvedMessage>()
  const closing = new AbortController()
  const drained = new Set<PromiseWithResolvers<void>>()
  let lanes: readonly Promise<void>[] = []
  let heldBytes = 0
  let isClosed = false
  let change = new AbortController()

  const ring = (): void => {
    change.abort()
    change = new AbortController()
    if (shelf.size > 0) return
    for (const each of drained) each.resolve()
    drained.clear()
  }

  const remove = (message: ShelvedMessage): void => {
    if (message.gone) return
    shelf.remove(message)
    if (!message.isDuplicate) heldBytes -= Buffer.byteLength(message.body)
  }

  /** What was delivered in vain too often is set aside when it would be received again, as SQS does. */
  const bury = (message: ShelvedMessage): void => {
    shelf.remove(message)
    if (!message.isDuplicate) dead.push(delivery(message))
  }

  const receive = (): readonly ShelvedMessage[] => {
    const taken: ShelvedMessage[] = []
    const again: ShelvedMessage[] = []
    let buried = 0
    const nowMs = clock.now()
    while (taken.length < batchSize) {
      const message = shelf.take()
      if (message === undefined) break
      if (message.receiveCount >= maxReceiveCount) {
        bury(message)
        buried += 1
        continue
      }
      message.receiveCount += 1
      message.firstMs ??= nowMs
      inHand.set(receiptOf(message), message)
      shelf.hide(message, nowMs + visibilityMs)
      taken.push(message)
      if (!message.isDuplicate && duplicate())
        again.push({ ...message, visibleAtMs: nowMs, isDuplicate: true })
    }
    for (const message of again) shelf.add(message)
    // Others wait for what changed: when to look again, or the end. Woken for nothing they would wake each other for ever.
    if (taken.length > 0 || buried > 0) ring()
    return taken
  }

  const failedOf = async (
    handler: DeliveryHandler,
    taken: readonly ShelvedMessage[]
  ): Promise<ReadonlySet<string>> => {
    const all = new Set(taken.map(({ id }) => id))
    try {
      const failed = new Set((await handler(taken.map(delivery), closing.signal)).failed)
      // As for a Lambda: an id that was not delivered fails the whole batch.
      return failed.isSubsetOf(all) ? failed : all
    } catch (error) {
      onFailure(error)
      return all
    }
  }

  const lane = async (handler: DeliveryHandler): Promise<void> => {
    while (!closing.signal.aborted) {
      const taken = receive()
      if (taken.length === 0) {
        await nextChange(clock, shelf.msToNext(), change.signal)
        continue
      }
      const receipts = taken.map((message) => [receiptOf(message), message] as const)
      const failed = await failedOf(handler, taken)
      for (const [receipt, message] of receipts) {
        inHand.delete(receipt)
        if (message.isDuplicate || !failed.has(message.id)) remove(message)
      }
      ring()
    }
  }

  return {
    async send(body, delaySeconds = 0) {
      checkMessage(body, delaySeconds)
      const bytes = Buffer.byteLength(body)
      if (isClosed) throw new Error('the local queue is closed; start the command again')
      if (shelf.size + dead.length >= mostMessages || heldBytes + bytes > mostBytes)
        throw new Error(
          `the local queue is full (${mostMessages} messages, ${mostBytes} bytes); start fewer files at once`
        )
      heldBytes += bytes
      const visibleAtMs = clock.now() + delaySeconds * 1_000
      shelf.add({
        id: randomUUID(),
        body,
        sentMs: clock.now(),
        firstMs: undefined,
        receiveCount: 0,
        visibleAtMs,
        isDuplicate: false,
        gone: false
      })
      ring()
    },

    async hide(receipt, seconds) {
      const message = inHand.get(receipt)
      if (message === undefined || message.gone || receiptOf(message) !== receipt)
        throw new Error('the delivery is over, or the message was delivered again')
      shelf.hide(message, clock.now() + seconds * 1_000)
      ring()
    },

    consume(handler) {
      if (lanes.length > 0 || isClosed)
        throw new Error('the local queue has a consumer already, or is closed')
      lanes = Array.from({ length: pollers }, () => lane(handler))
    },

    async idle() {
      if (shelf.size === 0) return
      if (isClosed) throw closedWith(shelf.size)
      const waiter = Promise.withResolvers<void>()
      drained.add(waiter)
      await waiter.promise
    },

    deadLetters: () => [...dead],

    async close() {
      closing.abort(new Error('the local queue is being closed'))
      ring()
      const waiting = new AbortController()
      const late = clock.sleep(closeMs, waiting.signal).then(() => !waiting.signal.aborted)
      const isLate = await Promise.race([late, Promise.all(lanes).then(() => false)])
      waiting.abort()
      isClosed = true
      for (const each of drained) each.reject(closedWith(shelf.size))
      drained.clear()
      if (isLate) throw new Error(`handlers of the local queue did not end within ${closeMs} ms`)
    }
  }
}
