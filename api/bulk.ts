import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { awsParts } from './aws-parts.ts'
import { tableList } from './batch/table-list.ts'
import { ledgerTableIn } from './ledger/ledger-store.ts'
import { bulkTables } from './load/bulk-tables.ts'
import { loadBatch } from './load/load-batch.ts'
import type { LoadDeps } from './load/load-deps.ts'
import { loadMessage } from './load/loader.ts'
import { importTables } from './load/managed/import-tables.ts'
import { clientSettings } from './runtime/client-settings.ts'
import { readConfig } from './runtime/config.ts'
import { dynamodbClient } from './runtime/dynamodb-client.ts'
import { invocationLog } from './runtime/invocation-log.ts'
import { keepHeapLean } from './runtime/lean-heap.ts'
import { metricLog } from './runtime/metric-log.ts'
import { once } from './runtime/once.ts'
import { systemClock } from './runtime/system-clock.ts'
import { drainSpill } from './spill/drain-spill.ts'
import { dynamodbJobs } from './write/dynamodb-jobs.ts'
import { dynamodbWriter } from './write/dynamodb-writer.ts'

// The Lambda behind the queues of chunks and of spilled batches: clients are made here and nowhere else.

keepHeapLean()
const config = readConfig(process.env)
const endpoint = process.env.AWS_ENDPOINT_URL
const { loads, spills } = awsParts(config, endpoint)
if (loads === undefined)
  throw new Error('Environment variables PUSH_BUCKET and PUSH_LOAD_QUEUE_URL are not set: deploy again')

const client = dynamodbClient(config.DYNAMODB_ENDPOINT)
const { log, during } = invocationLog(
  metricLog((text) => process.stdout.write(text), systemClock.now, config.PUSH_NAME)
)
const isAllowed = tableList(config.PUSH_TABLES ?? '*', ledgerTableIn(config))
const writer = dynamodbWriter(client, systemClock, { kind: config.PUSH_WRITER })
const announcer = once(async () => {
  const { announceRun, EventBridgeClient } = await import('./load/event-bus.ts')
  return announceRun(new EventBridgeClient(clientSettings({ endpoint })), config.PUSH_EVENT_BUS)
})
const announce: LoadDeps['announce'] = async (status) => (await announcer())(status)
const load = loadMessage(
  {
    ...loads,
    writer,
    clock: systemClock,
    isAllowed,
    bulkTables: bulkTables(config.PUSH_BULK_TABLES),
    imports: importTables(config.PUSH_IMPORTS),
    announce,
    // DynamoDB reads and writes the bucket itself, with the rights of this function.
    ...(config.PUSH_BUCKET === undefined
      ? {}
      : { managed: dynamodbJobs(client, { bucket: config.PUSH_BUCKET }) }),
    log
  },
  spills && drainSpill({ ...spills, log }, writer, isAllowed)
)
const loadAll = loadBatch({ load, clock: systemClock, log })

/** Messages of one invocation come from one queue; its ARN ends with its name, as its URL does. */
const queueOf = (arn = '') =>
  spills && config.PUSH_SPILL_QUEUE_URL?.endsWith(`/${arn.slice(arn.lastIndexOf(':') + 1)}`)
    ? spills.queue
    : loads.queue

/** Messages in; out the ids of those that SQS must deliver again. */
export const handler = async (
  { Records }: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis' | 'awsRequestId'>
): Promise<SQSBatchResponse> => {
  during(context.awsRequestId)
  const deliveries = Records.map(({ messageId, body, receiptHandle, attributes }) => ({
    id: messageId,
    body,
    receiveCount: Number(attributes.ApproximateReceiveCount),
    receipt: receiptHandle,
    waitedMs: Number(attributes.ApproximateFirstReceiveTimestamp) - Number(attributes.SentTimestamp)
  }))
  const failed = await loadAll(
    queueOf(Records[0]?.eventSourceARN),
    deliveries,
    context.getRemainingTimeInMillis()
  )
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }
}
