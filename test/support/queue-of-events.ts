import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { clientSettings } from '../../api/runtime/client-settings.ts'
import { sqsClient } from '../../api/runtime/sqs-client.ts'
import type { AwsAccess } from './ministack.ts'

/** The URL of a new queue that a rule fills with our events on the bus. */
export const queueOfEvents = async (aws: AwsAccess, EventBusName: string): Promise<string> => {
  const queues = sqsClient(aws)
  const events = new EventBridgeClient(clientSettings(aws))
  try {
    const { QueueUrl = '' } = await queues.send(new CreateQueueCommand({ QueueName: 'ended-runs' }))
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] })
    const Arn = (await queues.send(asked)).Attributes?.QueueArn ?? ''
    const EventPattern = JSON.stringify({ source: ['push_to_dynamo'] })
    await events.send(new PutRuleCommand({ Name: 'ended', EventBusName, EventPattern }))
    const Targets = [{ Id: 'queue', Arn }]
    await events.send(new PutTargetsCommand({ Rule: 'ended', EventBusName, Targets }))
    return QueueUrl
  } finally {
    queues.destroy()
    events.destroy()
  }
}
