import { dynamodbLedger } from './ledger/dynamodb-ledger.ts'
import { dynamodbMeters } from './ledger/dynamodb-meters.ts'
import { ledgerTableOf } from './ledger/ledger-store.ts'
import type { Config } from './runtime/config.ts'
import { ledgerClient } from './runtime/dynamodb-client.ts'
import { s3Client } from './runtime/s3-client.ts'
import { sqsClient } from './runtime/sqs-client.ts'
import { s3Store } from './store/s3-store.ts'
import { sqsQueue } from './store/sqs-queue.ts'

/**
 * Bucket, queues and ledger of a deployment, for both of its entries.
 *
 * @param endpoint of S3 and SQS, `AWS_ENDPOINT_URL` of an emulator; AWS itself without one
 * @returns `loads` where the deployment has a bulk path, `spills` where it takes spilled batches
 */
export const awsParts = (config: Config, endpoint?: string) => {
  const { PUSH_NAME, PUSH_BUCKET, PUSH_LOAD_QUEUE_URL, PUSH_SPILL_QUEUE_URL, DYNAMODB_ENDPOINT } = config
  if (PUSH_BUCKET === undefined) return { loads: undefined, spills: undefined }
  const client = ledgerClient(DYNAMODB_ENDPOINT)
  const shared = {
    ledger: dynamodbLedger(client, ledgerTableOf(PUSH_NAME)),
    store: s3Store(s3Client({ endpoint }), PUSH_BUCKET)
  }
  const queues = sqsClient({ endpoint })
  const meters = dynamodbMeters(client, ledgerTableOf(PUSH_NAME))
  return {
    loads:
      PUSH_LOAD_QUEUE_URL === undefined
        ? undefined
        : { ...shared, queue: sqsQueue(queues, PUSH_LOAD_QUEUE_URL) },
    spills:
      PUSH_SPILL_QUEUE_URL === undefined
        ? undefined
        : { ...shared, meters, queue: sqsQueue(queues, PUSH_SPILL_QUEUE_URL) }
  }
}
