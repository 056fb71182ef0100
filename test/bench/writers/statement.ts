import type { FastifyInstance } from 'fastify'
import { tableList } from '../../../api/batch/table-list.ts'
import { memoryLedger } from '../../../api/local/simulate/memory-ledger.ts'
import { memoryMeters } from '../../../api/local/simulate/memory-meters.ts'
import { memoryStore } from '../../../api/local/simulate/memory-store.ts'
import { workerQueue } from '../../../api/local/simulate/worker-queue.ts'
import { snowflakeCaller } from '../../../api/local/snowflake-caller/snowflake-caller.ts'
import { buildApp } from '../../../api/receive/app.ts'
import { dynamodbClient } from '../../../api/runtime/dynamodb-client.ts'
import { externalFunctions } from '../../../api/runtime/external-functions.ts'
import { systemClock } from '../../../api/runtime/system-clock.ts'
import { drainSpill } from '../../../api/spill/drain-spill.ts'
import { dynamodbWriter } from '../../../api/write/dynamodb-writer.ts'
import { stopwatch, task } from '../measured.ts'
import { rowText } from '../rows.ts'

// One Snowflake statement on a table of limited capacity: so many batches in flight, an app instance for each as on
// Lambda, ledger and meters in memory, workers for what is spilled.

const { endpoint, rows, inFlight } = task()
const spillWorkers = 5
const client = dynamodbClient(endpoint)
const isAllowed = tableList('orders')
const shared = {
  ledger: memoryLedger(),
  meters: memoryMeters(),
  store: memoryStore(systemClock),
  log: () => {}
}
const writer = () => dynamodbWriter(client, systemClock)
const queue = workerQueue(systemClock, spillWorkers, (body) =>
  drainSpill({ ...shared, queue }, writer(), isAllowed)(JSON.parse(body).batch, AbortSignal.timeout(600_000))
)
const free: FastifyInstance[] = []
const makeApp = (): FastifyInstance =>
  buildApp({
    writer: writer(),
    once: { ...shared, queue },
    isAllowed,
    deadlineMs: 20_000,
    version: 'bench',
    log: () => {}
  })
const caller = snowflakeCaller({
  baseUrl: 'http://bench',
  concurrency: inFlight,
  compression: 'none',
  async send({ method, url, headers, body }) {
    const app = free.pop() ?? makeApp()
    const reply = await app.inject({ method, url, headers, ...(body && { payload: Buffer.from(body) }) })
    free.push(app)
    return { status: reply.statusCode, headers: reply.headers, body: reply.rawPayload }
  }
})
const [push] = externalFunctions
if (push === undefined) throw new Error('there is no function to call')
const sent = Array.from({ length: rows }, (_, n) => ['"orders"', rowText(n)])
const watch = stopwatch()
let claimed = 0
await watch.run(async () => {
  const answers = await caller.call(push, sent)
  claimed = answers.filter((answer) => answer === '{"status":"written"}').length
})
watch.tell(claimed)
process.exit(0)
