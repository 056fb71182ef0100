import { mostDelaySeconds } from './message-queue.ts'

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const mostBodyBytes = 1024 * 1024

/** What any queue takes. @throws RangeError naming the limit */
export const checkMessage = (body: string, delaySeconds: number): void => {
  const bytes = Buffer.byteLength(body)
  if (bytes < 1 || bytes > mostBodyBytes)
    throw new RangeError(
      `a message has 1 to ${mostBodyBytes} bytes and this one has ${bytes}; send a reference`
    )
  if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > mostDelaySeconds)
    throw new RangeError(
      `a message can be delayed by 0 to ${mostDelaySeconds} whole seconds, not ${delaySeconds}`
    )
}
