/** Sends work to a queue that delivers at least once: SQS, or one in this process. */
export interface MessageQueue {
  /** @param delaySeconds the earliest it may be delivered, 0 to 900 */
  send(body: string, delaySeconds?: number): Promise<void>
}

/** One delivery of a message. */
export interface Delivery {
  readonly id: string
  readonly body: string
  /** 1 for the first delivery. */
  readonly receiveCount: number
}
