// What is loaded when a queue is needed for the first time.
export { sqsClient } from '../runtime/sqs-client.ts'
export { sqsQueue } from './sqs-queue.ts'
