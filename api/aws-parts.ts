import { ledgerTableIn } from './ledger/ledger-store.ts'
import { openLedger } from './ledger/open-ledger.ts'
import type { Config } from './runtime/config.ts'
import { once } from './runtime/once.ts'
import { lazyStore } from './store/lazy-store.ts'
import type { MessageQueue } from './store/message-queue.ts'

/**
 * Bucket, queues and ledger of a deployment, for both of its entries. The code of S3 and SQS lies in chunks of its
 * own beside the entry's bundle and is loaded by the first call that needs it.
 *
 * @param endpoint of S3 and SQS, `AWS_ENDPOINT_URL` of an emulator; AWS itself without one
 * @returns `loads` where the deployment has a bulk path, `spills` where it takes spilled batches
 */
export const awsParts = (config: Config, endpoint?: string) => {
  const { PUSH_BUCKET, PUSH_LOAD_QUEUE_URL, PUSH_SPILL_QUEUE_URL, DYNAMODB_ENDPOINT: dynamodb } = config
  if (PUSH_BUCKET === undefined) return { loads: undefined, spills: undefined }
  const store = lazyStore(async () => {
    const { s3Client, s3Store } = await import('./store/s3.ts')
    return s3Store(s3Client({ endpoint }), PUSH_BUCKET)
  })
  const sqs = once(async () => {
    const { sqsClient, sqsQueue } = await import('./store/sqs.ts')
    const queues = sqsClient({ endpoint })
    return (url: string): MessageQueue => sqsQueue(queues, url)
  })
  const queue = (url: string): MessageQueue => ({
    send: async (body, delaySeconds) => (await sqs())(url).send(body, delaySeconds),
    hide: async (receipt, seconds) => (await sqs())(url).hide(receipt, seconds)
  })
  const { ledger, meters, pushes } = openLedger({
    endpoint: dynamodb,
    table: ledgerTableIn(config),
    kind: config.PUSH_WRITER
  })
  const shared = { ledger, store, meters }
  return {
    loads: PUSH_LOAD_QUEUE_URL === undefined ? undefined : { ...shared, queue: queue(PUSH_LOAD_QUEUE_URL) },
    spills:
      PUSH_SPILL_QUEUE_URL === undefined
        ? undefined
        : { ...shared, pushes, queue: queue(PUSH_SPILL_QUEUE_URL) }
  }
}
