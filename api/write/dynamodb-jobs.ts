import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as z from 'zod'
import type { DynamodbWire } from '../wire/dynamodb-wire.ts'
import { callFailure } from './call-failure.ts'
import { type DynamodbError, dynamodbError } from './dynamodb-error.ts'
import { wireOf } from './dynamodb-writer.ts'
import type { JobAnswer, ManagedJob, ManagedJobs } from './managed-jobs.ts'

export interface JobSettings {
  /** The bucket that DynamoDB reads and reports to, with the rights of whoever calls. */
  readonly bucket: string
  /** Milliseconds for one call. */
  readonly timeoutMs?: number
  readonly waitMs?: ManagedJobs['waitMs']
}

const leastWaitMs = 5_000
const mostWaitMs = 60_000

/**
 * Managed jobs by the calls of DynamoDB's JSON API, sent by the wire, since the SDK in use does not know them
 * (`StartBulkPutItems` came with client-dynamodb 3.1162). Formats and states are those of
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StartBulkPutItems.html and
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BulkOperationDescription.html
 */
export const dynamodbJobs = (
  client: DynamoDBClient,
  { bucket, timeoutMs = 5_000, waitMs = backOff }: JobSettings
): ManagedJobs => {
  const wire = wireOf(client, { answerMs: timeoutMs })
  return {
    waitMs,
    startBulkPut: ({ table, token, items, report, maxWcu }, signal) =>
      ask(wire, { operation: 'StartBulkPutItems', table, read: readBulkOperation }, signal, {
        ClientToken: token,
        TableName: table,
        InputS3Configuration: {
          S3Bucket: bucket,
          S3KeyPrefix: items,
          InputFormat: 'DYNAMODB_JSON',
          InputCompressionType: 'GZIP'
        },
        OutputS3Configuration: { S3Bucket: bucket, S3KeyPrefix: report, OutputType: ['ERROR'] },
        ...(maxWcu === undefined ? {} : { MaxWriteRequestUnits: maxWcu })
      }),
    lookAtBulkPut: (table, arn, signal) =>
      ask(wire, { operation: 'DescribeBulkOperation', table, read: readBulkOperation }, signal, {
        BulkOperationArn: arn
      }),
    cancelBulkPut: (table, arn, signal) =>
      ask(wire, { operation: 'CancelBulkOperation', table, read: readCancelled }, signal, {
        BulkOperationArn: arn
      })
  }
}

const backOff = (tries: number): number => Math.min(mostWaitMs, leastWaitMs * 1.5 ** Math.min(tries, 10))

interface Call {
  readonly operation: string
  readonly table: string
  readonly read: (body: unknown) => ManagedJob
}

const ask = async (
  wire: DynamodbWire,
  { operation, table, read }: Call,
  signal: AbortSignal,
  request: object
): Promise<JobAnswer> => {
  try {
    if (!(await wire.takes(table)))
      return { kind: 'no', reason: `${operation} cannot be sent to this endpoint: use engine 'workers'` }
    const text = JSON.stringify(request)
    const answer = await wire.call(operation, table, (buffer) => buffer.text(text), signal)
    if (answer.status !== 200) return failed(operation, dynamodbError(answer))
    return { kind: 'job', job: read(JSON.parse(answer.body.toString('utf8'))) }
  } catch (error) {
    return failed(operation, error as Error)
  }
}

/** There is no room for it now: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StartBulkPutItems.html#API_StartBulkPutItems_Errors */
const later = new Set(['LimitExceededException', 'ResourceInUseException'])
const mostWords = 300

/** Requests hold names of ours and no row, so that DynamoDB's own words may be passed on. */
const failed = (operation: string, error: Error | DynamodbError): JobAnswer => {
  const { name, message } = error
  const words = message.slice(0, mostWords)
  if (name === 'UnknownOperationException')
    return { kind: 'no', reason: `this DynamoDB has no ${operation}: use engine 'workers'` }
  if (later.has(name)) return { kind: 'later', reason: `${operation}: ${words} (${name})` }
  const failure = callFailure(error)
  // An answer of DynamoDB that says what is wrong with the request.
  const isRefusal = '$metadata' in error && error.$metadata.httpStatusCode < 500
  if (failure.kind === 'lost' && isRefusal) return { kind: 'no', reason: refusedText(operation, error) }
  switch (failure.kind) {
    case 'refused':
    case 'lost':
      return { kind: 'later', reason: failure.reason }
    case 'denied':
      return { kind: 'no', reason: `${operation} is not allowed (${name}): deploy again, and run the doctor` }
    default:
      return { kind: 'no', reason: refusedText(operation, error) }
  }
}

const refusedText = (operation: string, { name, message }: Error): string =>
  `${operation} was refused (${name}): ${message.slice(0, mostWords)}`

const states = {
  IN_PROGRESS: 'running',
  CANCELLING: 'running',
  COMPLETED: 'complete',
  COMPLETED_WITH_ERRORS: 'complete',
  CANCELLED: 'cancelled',
  FAILED: 'failed'
} as const satisfies Readonly<Record<string, ManagedJob['state']>>

const status = z.enum(Object.keys(states) as (keyof typeof states)[])
const count = z.int().nonnegative().optional()
const description = z.object({
  BulkOperationDescription: z.object({
    BulkOperationArn: z.string(),
    BulkOperationStatus: status,
    ProcessedItemCount: count,
    FailedItemCount: count,
    BulkOperationUsage: z.array(z.object({ BulkPutBytes: count })).optional(),
    FailureCode: z.string().optional(),
    FailureMessage: z.string().optional()
  })
})
const cancelled = z.object({ BulkOperationArn: z.string(), BulkOperationStatus: status })

/** @throws ZodError for anything else */
const readBulkOperation = (body: unknown): ManagedJob => {
  const told = description.parse(body).BulkOperationDescription
  const reason = [told.FailureCode, told.FailureMessage].filter((part) => part !== undefined).join(': ')
  const bytes = told.BulkOperationUsage?.reduce((sum, { BulkPutBytes = 0 }) => sum + BulkPutBytes, 0)
  return {
    arn: told.BulkOperationArn,
    state: states[told.BulkOperationStatus],
    processed: told.ProcessedItemCount ?? 0,
    failed: told.FailedItemCount ?? 0,
    ...(bytes === undefined ? {} : { bytes }),
    ...(reason === '' ? {} : { reason: reason.slice(0, mostWords) })
  }
}

const readCancelled = (body: unknown): ManagedJob => {
  const { BulkOperationArn, BulkOperationStatus } = cancelled.parse(body)
  return { arn: BulkOperationArn, state: states[BulkOperationStatus], processed: 0, failed: 0 }
}
