import { SQSClient } from '@aws-sdk/client-sqs'
import { type ClientSettings, clientSettings } from './client-settings.ts'

/** The client for our queues. */
export const sqsClient = (settings: ClientSettings = {}): SQSClient => new SQSClient(clientSettings(settings))
