/** Sends work to a queue that delivers at least once: SQS, or one in this process. */
export interface MessageQueue {
  /** @param delaySeconds the earliest it may be delivered, 0 to 900 */
  send(body: string, delaySeconds?: number): Promise<void>
  /**
   * Hides a delivery anew, for so many seconds from now: nobody else gets its message before.
   *
   * @param receipt of the delivery
   * @throws Error when the delivery is not the message's latest any more
   */
  hide(receipt: string, seconds: number): Promise<void>
}

/** One delivery of a message. */
export interface Delivery {
  readonly id: string
  readonly body: string
  /** 1 for the first delivery. */
  readonly receiveCount: number
  /** Names this delivery to the queue. */
  readonly receipt: string
  /** How long the message had waited to be delivered for the first time. */
  readonly waitedMs: number
}

/** The longest that SQS delays a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const mostDelaySeconds = 900

/** A wait as whole seconds of delay, never shorter than it or than `least`, and as long as a queue allows. */
export const delaySeconds = (waitMs: number, least = 0): number =>
  Math.min(mostDelaySeconds, Math.max(least, Math.ceil(waitMs / 1000)))
