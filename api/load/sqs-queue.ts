import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { checkedMessage, type MessageQueue } from './message-queue.ts'
