import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as z from 'zod'
import { clientWire } from '../wire/client-wire.ts'
import { askForJob, type JobCall, mostWords } from './ask-for-job.ts'
import { dynamodbImports } from './dynamodb-imports.ts'
import type { ManagedJob, ManagedJobs } from './managed-jobs.ts'

export interface JobSettings {
  /** The bucket that DynamoDB reads and reports to, with the rights of whoever calls. */
  readonly bucket: string
  /** Milliseconds for one call. */
  readonly timeoutMs?: number
  readonly waitMs?: ManagedJobs['waitMs']
}

/** There is no room for it now: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StartBulkPutItems.html#API_StartBulkPutItems_Errors */
const passing = ['LimitExceededException', 'ResourceInUseException']
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
  const wire = clientWire(client, { answerMs: timeoutMs })
  const call = (operation: string, table: string, read: JobCall['read']): JobCall => ({
    ...{ operation, table, read, passing }
  })
  return {
    ...dynamodbImports(wire, bucket),
    waitMs,
    startBulkPut: ({ table, token, items, report, maxWcu }, signal) =>
      askForJob(wire, call('StartBulkPutItems', table, readBulkOperation), signal, {
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
      askForJob(wire, call('DescribeBulkOperation', table, readBulkOperation), signal, {
        BulkOperationArn: arn
      }),
    cancelBulkPut: (table, arn, signal) =>
      askForJob(wire, call('CancelBulkOperation', table, readCancelled), signal, {
        BulkOperationArn: arn
      })
  }
}

const backOff = (tries: number): number => Math.min(mostWaitMs, leastWaitMs * 1.5 ** Math.min(tries, 10))

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
