import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SQSClient
} from '@aws-sdk/client-sqs'
import type { DeliveryHandler } from '../../api/local/local-queue.ts'
import type { Delivery } from '../../api/store/message-queue.ts'

/**
 * Delivers like the event source mapping of a Lambda: parallel pollers, partial batch failures. What failed is given
 * back at once: the time that the queue keeps messages hidden can be longer than any call takes on a busy machine.
 */
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
        const message = { QueueUrl: url, ReceiptHandle: receipt }
        await (failed.has(id)
          ? client.send(new ChangeMessageVisibilityCommand({ ...message, VisibilityTimeout: 0 }))
          : client.send(new DeleteMessageCommand(message))
        ).catch((error) => {
          // The message was kept too long, or given back already: another delivery of it may have been done.
          if (!['ReceiptHandleIsInvalid', 'MessageNotInflight'].includes(error.name)) throw error
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
