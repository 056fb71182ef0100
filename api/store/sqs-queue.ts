import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { checkMessage } from './check-message.ts'
import type { MessageQueue } from './message-queue.ts'

/**
 * A standard SQS queue by its URL. The SDK checks that the body arrived as it was sent (MD5) and repeats what fails,
 * so that one `send` may be delivered as two messages.
 */
export const sqsQueue = (client: SQSClient, url: string): MessageQueue => ({
  async send(body, delaySeconds = 0) {
    checkMessage(body, delaySeconds)
    await client.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody: body, DelaySeconds: delaySeconds })
    )
  },
  async hide(receipt, seconds) {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: receipt,
        VisibilityTimeout: seconds
      })
    )
  }
})
