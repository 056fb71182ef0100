import * as z from 'zod'
import type { TargetTable } from '../plan/target-table.ts'
import type { DynamodbWire } from '../wire/dynamodb-wire.ts'
import { askForJob, mostWords } from './ask-for-job.ts'
import type { ManagedJob, ManagedJobs } from './managed-jobs.ts'

/**
 * No room for another import; what is wrong with the table (it exists, by now) does not pass:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTable.html#API_ImportTable_Errors
 */
const passing = ['LimitExceededException']
const cures = {
  ResourceInUseException:
    "the table exists by now; redrive with the run's options and engine 'bulk_put' or 'workers'"
}

/**
 * Imports: jobs that make the table which they fill. Formats and states are those of
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTable.html and
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTableDescription.html
 */
export const dynamodbImports = (
  wire: DynamodbWire,
  bucket: string
): Pick<ManagedJobs, 'startImport' | 'lookAtImport'> => ({
  startImport: ({ table, token, items }, signal) =>
    askForJob(wire, { ...call, operation: 'ImportTable', table: table.name }, signal, {
      ClientToken: token,
      S3BucketSource: { S3Bucket: bucket, S3KeyPrefix: items },
      InputFormat: 'DYNAMODB_JSON',
      InputCompressionType: 'GZIP',
      TableCreationParameters: createdBy(table)
    }),
  lookAtImport: (table, arn, signal) =>
    askForJob(wire, { ...call, operation: 'DescribeImport', table }, signal, { ImportArn: arn })
})

const createdBy = ({ name, keys }: TargetTable): object => ({
  TableName: name,
  AttributeDefinitions: keys.map((key) => ({ AttributeName: key.name, AttributeType: key.type })),
  KeySchema: keys.map((key, n) => ({ AttributeName: key.name, KeyType: n === 0 ? 'HASH' : 'RANGE' })),
  BillingMode: 'PAY_PER_REQUEST'
})

const states = {
  IN_PROGRESS: 'running',
  CANCELLING: 'running',
  COMPLETED: 'complete',
  CANCELLED: 'cancelled',
  FAILED: 'failed'
} as const satisfies Readonly<Record<string, ManagedJob['state']>>

const count = z.int().nonnegative().optional()
const description = z.object({
  ImportTableDescription: z.object({
    ImportArn: z.string(),
    ImportStatus: z.enum(Object.keys(states) as (keyof typeof states)[]),
    ProcessedItemCount: count,
    ImportedItemCount: count,
    ErrorCount: count,
    FailureCode: z.string().optional(),
    FailureMessage: z.string().optional()
  })
})

/** @throws ZodError for anything else */
const readImport = (body: unknown): ManagedJob => {
  const told = description.parse(body).ImportTableDescription
  const reason = [told.FailureCode, told.FailureMessage].filter((part) => part !== undefined).join(': ')
  return {
    arn: told.ImportArn,
    state: states[told.ImportStatus],
    processed: told.ProcessedItemCount ?? 0,
    failed: told.ErrorCount ?? 0,
    imported: told.ImportedItemCount ?? 0,
    ...(reason === '' ? {} : { reason: reason.slice(0, mostWords) })
  }
}

const call = { read: readImport, passing, cures }
