import { readFile } from 'node:fs/promises'
import { parseJson } from '../../api/json/json-text.ts'
import { openLedger } from '../../api/ledger/open-ledger.ts'
import { loadMessage } from '../../api/load/loader.ts'
import type { RunStatus } from '../../api/load/run-status.ts'
import { startLoad } from '../../api/load/start-load.ts'
import { folderStore } from '../../api/local/folder-store.ts'
import { createLedgerTable } from '../../api/local/ledger-table.ts'
import { localQueue } from '../../api/local/local-queue.ts'
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'
import { keepHeapLean } from '../../api/runtime/lean-heap.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { dynamodbWriter } from '../../api/write/dynamodb-writer.ts'

// The worker process of test/prove: only what a Lambda would run, so that its memory and CPU are the loader's.
// Arguments: bucket folder, manifest (JSON), endpoint of the target table, endpoint of the ledger, workers.

keepHeapLean()
const [folder = '', manifest = '', target = '', ledgerEndpoint = '', workers = '1'] = process.argv.slice(2)
await createLedgerTable(dynamodbClient(ledgerEndpoint))
const client = dynamodbClient(target)
const clock = systemClock
const queue = localQueue({ visibilityMs: 600_000, maxReceiveCount: 5, pollers: Number(workers), clock })
const ended = Promise.withResolvers<RunStatus>()
const deps = {
  ledger: openLedger({ endpoint: ledgerEndpoint }).ledger,
  store: folderStore(folder),
  queue,
  writer: dynamodbWriter(client, clock),
  clock,
  isAllowed: () => true,
  announce: async (status: RunStatus) => ended.resolve(status),
  log: () => {}
}
const cpuBefore = process.cpuUsage()
const sinceMs = performance.now()
let sampledBytes = 0
const watch = setInterval(() => {
  sampledBytes = Math.max(sampledBytes, process.memoryUsage.rss())
}, 50)
/** Peak of this process in bytes. `getrusage` will not do: on Linux it begins with the peak of who started the process. */
const peakOf = async (): Promise<number> => {
  const text = await readFile('/proc/self/status', 'utf8').catch(() => '')
  return Math.max(sampledBytes, Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024)
}
await startLoad(
  deps,
  { table: 'flights', manifest: parseJson(manifest), options: null },
  new AbortController().signal
)
const load = loadMessage(deps)
queue.consume(async (deliveries, signal) => {
  for (const delivery of deliveries) await load(delivery, signal)
  return { failed: [] }
})
const status = await ended.promise
clearInterval(watch)
const { user, system } = process.cpuUsage(cpuBefore)
process.stdout.write(
  `${JSON.stringify({
    status,
    seconds: (performance.now() - sinceMs) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakMB: (await peakOf()) / 1e6
  })}\n`
)
await queue.close()
process.exit(0)
