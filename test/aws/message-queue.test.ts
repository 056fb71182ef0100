import { randomUUID } from 'node:crypto'
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { inject } from 'vitest'
import { sqsClient } from '../../api/runtime/sqs-client.ts'
import { sqsQueue } from '../../api/store/sqs-queue.ts'
import { messageQueueContract } from '../contract/message-queue-contract.ts'
import { pollSqs, receive } from '../support/sqs-poller.ts'

messageQueueContract(
  'a queue in SQS (ministack)',
  async ({ maxReceiveCount, isHiddenBriefly, ...polling }) => {
    const client = sqsClient(inject('plainAws'))
    const made = async (attributes: Record<string, string>) => {
      const command = new CreateQueueCommand({ QueueName: randomUUID(), Attributes: attributes })
      return (await client.send(command)).QueueUrl ?? ''
    }
    const deadUrl = await made({})
    const arn = new GetQueueAttributesCommand({ QueueUrl: deadUrl, AttributeNames: ['QueueArn'] })
    const deadLetterTargetArn = (await client.send(arn)).Attributes?.QueueArn
    const url = await made({
      VisibilityTimeout: isHiddenBriefly ? '1' : '60',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount })
    })
    let polled: { stop(): Promise<void> } | undefined
    return {
      queue: sqsQueue(client, url),
      consume(handler) {
        polled = pollSqs(client, url, handler, polling)
      },
      async deadLetters(count) {
        const dead = []
        while (dead.length < count) dead.push(...(await receive(client, deadUrl, 10)).values())
        return dead
      },
      async close() {
        await polled?.stop()
        client.destroy()
      }
    }
  }
)
