import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { DeliveryHandler } from '../../api/local/local-queue.ts'
import type { Delivery } from '../../api/store/message-queue.ts'

/** Delivers like the event source mapping of a Lambda: parallel pollers, partial batch failures. */
export const pollSqs = (
  client: SQSClient,
  url: string,
  handler: DeliveryHandler,
  { pollers, batchSize }: { readonly pollers: number; readonly batchSize: number }
): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const lane = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const received = await receive(client, url, batchSize, stopping.signal)
      if (received.size === 0) continue
      const deliveries = [...received.values()]
      const all = deliveries.map(({ id }) => id)
      const failed = await handler(deliveries, stopping.signal).then(
        (answer) => new Set(answer.failed),
        () => new Set(all)
      )
      for (const [receipt, { id }] of received) {
        if (failed.has(id)) continue
        const command = new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receipt })
        await client.send(command).catch((error) => {
          // The message was kept too long: another delivery of it has been done meanwhile.
          if (error.name !== 'ReceiptHandleIsInvalid') throw error
        })
      }
    }
  }
  const lanes = Array.from({ length: pollers }, lane)
  return {
    async stop() {
      stopping.abort()
      await Promise.all(lanes)
    }
  }
}

/** Messages by their receipts; none when the signal strikes. */
export const receive = async (
  client: SQSClient,
  url: string,
  batchSize: number,
  signal?: AbortSignal
): Promise<ReadonlyMap<string, Delivery>> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: batchSize,
    WaitTimeSeconds: 1,
    MessageSystemAttributeNames: ['ApproximateReceiveCount']
  })
  const answer = await client.send(command, { abortSignal: signal }).catch((error) => {
    if (signal?.aborted) return undefined
    throw error
  })
  const messages = answer?.Messages ?? []
  return new Map(
    messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes }) => [
      ReceiptHandle,
      {
        id: MessageId,
        body: Body,
        receiveCount: Number(Attributes?.ApproximateReceiveCount),
        receipt: ReceiptHandle,
        waitedMs: 0
      }
    ])
  )
}
