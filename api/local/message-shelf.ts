import type { Clock } from '../runtime/clock.ts'
import type { Delivery } from '../store/message-queue.ts'

/** One message, or one more delivery of it. */
export interface ShelvedMessage {
  readonly id: string
  readonly body: string
  readonly sentMs: number
  /** Of its first delivery. */
  firstMs: number | undefined
  receiveCount: number
  visibleAtMs: number
  /** A second delivery of a message whose own fate does not depend on it. */
  readonly isDuplicate: boolean
  gone: boolean
}

export const receiptOf = ({ id, receiveCount }: ShelvedMessage): string => `${id}#${receiveCount}`

export const delivery = (message: ShelvedMessage): Delivery => {
  const { id, body, receiveCount, sentMs, firstMs = sentMs } = message
  return { id, body, receiveCount, receipt: receiptOf(message), waitedMs: firstMs - sentMs }
}

/** Holds messages: some can be taken, the others become visible at their time. */
export interface MessageShelf {
  /** Messages and duplicates that are not gone. */
  readonly size: number
  add(message: ShelvedMessage): void
  /** A message that is visible now. It still counts: what takes it hides or removes it. */
  take(): ShelvedMessage | undefined
  /** Puts a taken message back, to be seen from `visibleAtMs` on. */
  hide(message: ShelvedMessage, visibleAtMs: number): void
  remove(message: ShelvedMessage): void
  /** Milliseconds until the next one becomes visible; Infinity when none will by itself. */
  msToNext(): number
}

/** @param isInOrder gives messages out as they became visible; otherwise in no order, as a standard queue may */
export const messageShelf = (clock: Clock, isInOrder = false): MessageShelf => {
  const visible: ShelvedMessage[] = []
  const hidden = new Set<ShelvedMessage>()
  let size = 0
  /** Nothing hidden becomes visible before; spares a look at all of them. */
  let earliestMs = Number.POSITIVE_INFINITY

  const shelve = (message: ShelvedMessage): void => {
    if (message.visibleAtMs <= clock.now()) visible.push(message)
    else {
      hidden.add(message)
      earliestMs = Math.min(earliestMs, message.visibleAtMs)
    }
  }
  const reveal = (): void => {
    if (earliestMs > clock.now()) return
    const all = [...hidden]
    hidden.clear()
    earliestMs = Number.POSITIVE_INFINITY
    for (const message of all) shelve(message)
  }

  /** It was hidden anew after it had become visible. */
  const hideAgain = (message: ShelvedMessage): boolean => {
    if (message.visibleAtMs <= clock.now()) return false
    shelve(message)
    return true
  }

  return {
    get size() {
      return size
    },
    add(message) {
      size += 1
      shelve(message)
    },
    hide(message, visibleAtMs) {
      message.visibleAtMs = visibleAtMs
      shelve(message)
    },
    take() {
      reveal()
      while (visible.length > 0) {
        if (isInOrder) {
          const oldest = visible.shift()
          if (oldest !== undefined && !oldest.gone && !hideAgain(oldest)) return oldest
          continue
        }
        // Like SQS, a standard queue promises no order, and code that leans on one shall fail here first.
        const at = Math.floor(clock.random() * visible.length)
        const message = visible[at]
        const last = visible.pop()
        if (at < visible.length && last !== undefined) visible[at] = last
        if (message !== undefined && !message.gone && !hideAgain(message)) return message
      }
      return undefined
    },
    remove(message) {
      if (message.gone) return
      message.gone = true
      hidden.delete(message)
      size -= 1
    },
    msToNext: () => Math.max(0, earliestMs - clock.now())
  }
}
