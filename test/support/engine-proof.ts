import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb'
import { readJson } from '../../api/batch/read-row.ts'
import { JsonObject } from '../../api/json/json-value.ts'
import { dynamodbLedger } from '../../api/ledger/dynamodb-ledger.ts'
import { requestCancel } from '../../api/load/cancel.ts'
import { requestRedrive } from '../../api/load/redrive.ts'
import { unloadKey } from '../../api/load/run-paths.ts'
import type { RunStatus } from '../../api/load/run-status.ts'
import { requestRun } from '../../api/load/start-load.ts'
import { createTable } from '../../api/local/create-table.ts'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { folderStore } from '../../api/local/folder-store.ts'
import { createLedgerTable } from '../../api/local/ledger-table.ts'
import { type Loader, startLoader } from '../../api/local/start-loader.ts'
import { readTableSpec } from '../../api/local/table-spec.ts'
import { dynamodbClient, ledgerClient } from '../../api/runtime/dynamodb-client.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { dynamodbJobs } from '../../api/write/dynamodb-jobs.ts'
import { dynamodbWriter } from '../../api/write/dynamodb-writer.ts'
import type { JobFaults, SentItem } from './bulk-operations.ts'
import { startDynamodbWithJobs } from './dynamodb-with-jobs.ts'
import { scanTable } from './test-app.ts'

export type Tell = (what: string, isRight: boolean, said: string) => void

/** Rows of a chunk: numbers with all their digits, nested values, a key twice in a slice, some that are rejected. */
export const chunkOf = (chunk: number, rows: number): string =>
  Array.from({ length: rows }, (_, n) => {
    const id = `"c${chunk}-${n}"`
    if (n % 5_000 === 4_999) return `{"n":${n}}`
    const key = n % 1_000 === 501 ? `"c${chunk}-${n - 1}"` : id
    return `{"id":${key},"n":${n}.${'1234567890'.repeat(3)},"tags":["a",{"b":null}],"text":"row ${n} of ${chunk}"}`
  }).join('\n')

const chunks = 5

/** Runs of one loader, each awaited to its end. */
export const runsOf = (loader: Loader, announced: ReadonlyMap<string, (status: RunStatus) => void>) => {
  const signal = new AbortController().signal
  const waiting = announced as Map<string, (status: RunStatus) => void>
  const ended = (run: string): Promise<RunStatus> =>
    new Promise((resolve) => {
      waiting.set(run, resolve)
    })
  return {
    async load(run: string, table: string, rows: number, options: object): Promise<RunStatus> {
      const files = Array.from({ length: chunks }, (_, n) => ({
        name: `c${n}.ndjson.gz`,
        rows: Math.floor(rows / chunks)
      }))
      for (const [n, { name, rows: many }] of files.entries())
        await loader.deps.store.write(unloadKey(run, name), gzipSync(chunkOf(n, many)))
      const read = readJson(JSON.stringify(options))
      const end = ended(run)
      await requestRun(
        loader.deps,
        { run, table, files, queryId: undefined, options: read instanceof JsonObject ? read : null },
        signal
      )
      return end
    },
    async redrive(run: string): Promise<RunStatus> {
      const end = ended(run)
      await requestRedrive(loader.deps, run, undefined)
      return end
    }
  }
}

/** All rows by our own workers, then by jobs with every fault, each into a table of its own. */
export const proveEngineHere = async (
  { rows, folder }: { readonly rows: number; readonly folder: string },
  tell: Tell
): Promise<void> => {
  const embedded = await startEmbeddedDynamodb()
  const store = folderStore(join(folder, 'bucket'))
  const direct = dynamodbClient(embedded.endpoint, 60_000)
  const tables: Record<string, readonly string[]> = {}
  const dynamodb = await startDynamodbWithJobs(
    { store, tables, put: (table, items) => putAll(direct, table, items) },
    embedded.endpoint
  )
  const client = dynamodbClient(dynamodb.endpoint, 20_000)
  const ledger = ledgerClient(dynamodb.endpoint, 20_000)
  await createLedgerTable(ledger)
  const announced = new Map<string, (status: RunStatus) => void>()
  const loader = startLoader({
    store,
    ledger: dynamodbLedger(ledger),
    writer: dynamodbWriter(client, systemClock, { timeoutMs: 20_000 }),
    managed: dynamodbJobs(client, { bucket: 'bucket', waitMs: () => 1_000, timeoutMs: 20_000 }),
    isAllowed: () => true,
    announce: async (status) => announced.get(status.run)?.(status),
    onFailure: (error) => process.stderr.write(`${error.stack}\n`)
  })
  const runs = runsOf(loader, announced)
  const newTable = async (name: string): Promise<string> => {
    await createTable(client, readTableSpec(`${name}=id:S`))
    tables[name] = ['id']
    return name
  }
  const itemsOf = async (table: string): Promise<string> =>
    JSON.stringify((await scanTable(direct, table)).map((item) => JSON.stringify(item)).toSorted())
  try {
    const byWorkers = await runs.load('workers', await newTable('workers'), rows, {})
    const wanted = await itemsOf('workers')
    tell('workers', byWorkers.state === 'complete', countsText(byWorkers))
    const prove = async (
      name: string,
      faults: JobFaults,
      first: (status: RunStatus) => boolean,
      cancels = false
    ) => {
      dynamodb.operations.forget()
      dynamodb.operations.plays(faults)
      const loading = runs.load(name, await newTable(name), rows, { engine: 'bulk_put' })
      if (cancels)
        await cancelOnceBegun(dynamodb.operations.begun, () => requestCancel(loader.deps, name, 'ADA'))
      let status = await loading
      tell(`bulk_put, ${name}`, first(status), `${status.state}, ${countsText(status)}`)
      dynamodb.operations.plays({})
      if (status.state === 'failed' || status.rows.rejected !== byWorkers.rows.rejected)
        status = await runs.redrive(name)
      const isSame =
        JSON.stringify(status.rows) === JSON.stringify(byWorkers.rows) && (await itemsOf(name)) === wanted
      tell(
        `bulk_put, ${name}, in the end`,
        isSame,
        `${status.state}, ${countsText(status)}, the table is that of workers`
      )
    }
    const isWhole = ({ state }: RunStatus): boolean => state === 'complete'
    const isOpen = ({ state, rows: all }: RunStatus): boolean =>
      state === 'failed' && all.written === 0 && all.unprocessed > 0
    const refuse = ({ id }: SentItem) =>
      /[37]77$/.test(String(id?.S)) ? 'Type mismatch for Index key n' : undefined
    await prove('no_fault', {}, isWhole)
    await prove('partial_failure', { refuse }, isWhole)
    await prove(
      'token_repeated',
      { lostStarts: 2, refusedStarts: { name: 'LimitExceededException', times: 1 } },
      isWhole
    )
    await prove('report_missing', { refuse, report: 'missing' }, isOpen)
    await prove('job_failed', { failsAfter: 777 }, isOpen)
    await prove('cancelled', { looks: 1_000 }, isOpen, true)
  } finally {
    await loader.queue.close()
    for (const each of [client, ledger, direct]) each.destroy()
    await dynamodb.close()
    await embedded.close()
  }
}

const countsText = ({ rows }: RunStatus): string =>
  Object.entries(rows)
    .filter(([, many]) => many !== 0)
    .map(([name, many]) => `${name} ${many}`)
    .join(' ')

const cancelOnceBegun = async (begun: () => number, cancel: () => Promise<void>): Promise<void> => {
  while (begun() === 0) await systemClock.sleep(100)
  await cancel()
}

const putAll = async (
  client: ReturnType<typeof dynamodbClient>,
  table: string,
  items: readonly SentItem[]
): Promise<void> => {
  const requests = items.map((Item) => ({ PutRequest: { Item } }) as unknown as WriteRequest)
  for (let from = 0; from < requests.length; from += 25)
    await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: requests.slice(from, from + 25) } })
    )
}
