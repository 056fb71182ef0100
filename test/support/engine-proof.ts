import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb'
import { readJson } from '../../api/batch/read-row.ts'
import { JsonObject } from '../../api/json/json-value.ts'
import { openLedger } from '../../api/ledger/open-ledger.ts'
import { requestCancel } from '../../api/load/cancel.ts'
import { importTables } from '../../api/load/managed/import-tables.ts'
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
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { dynamodbJobs } from '../../api/write/dynamodb-jobs.ts'
import { dynamodbWriter } from '../../api/write/dynamodb-writer.ts'
import type { SentItem } from './bulk-operations.ts'
import { startDynamodbWithJobs } from './dynamodb-with-jobs.ts'
import { bulkPutFaults, type Fault, imported, importFaults } from './engine-faults.ts'
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
    async redrive(run: string, options?: object): Promise<RunStatus> {
      const end = ended(run)
      await requestRedrive(loader.deps, run, options && JSON.stringify(options))
      return end
    }
  }
}

/** All rows by our own workers, then by jobs with every fault, each into a table of its own. */
export const proveEngineHere = async (
  { rows, folder }: { readonly rows: number; readonly folder: string },
  tell: Tell
): Promise<void> => {
  const world = await openProof(folder)
  try {
    await world.newTable('workers')
    const byWorkers = await world.runs.load('workers', 'workers', rows, {})
    const wanted = { rows: byWorkers.rows, items: await world.itemsOf('workers') }
    tell('workers', byWorkers.state === 'complete', countsText(byWorkers))
    for (const one of [...bulkPutFaults, ...importFaults(world.newTable)])
      await prove(world, one, { rows, wanted, tell })
  } finally {
    await world.close()
  }
}

type Proof = Awaited<ReturnType<typeof openProof>>

const openProof = async (folder: string) => {
  const embedded = await startEmbeddedDynamodb()
  const store = folderStore(join(folder, 'bucket'))
  const direct = dynamodbClient(embedded.endpoint, 60_000)
  const tables: Record<string, readonly string[]> = {}
  const newTable = async (name: string): Promise<void> => {
    await createTable(direct, readTableSpec(`${name}=id:S`))
    tables[name] = ['id']
  }
  const dynamodb = await startDynamodbWithJobs(
    { store, tables, put: (table, items) => putAll(direct, table, items), make: newTable },
    embedded.endpoint
  )
  const client = dynamodbClient(dynamodb.endpoint, 20_000)
  await createLedgerTable(client)
  const { ledger, close: closeLedger } = openLedger({ endpoint: dynamodb.endpoint, answerMs: 20_000 })
  const announced = new Map<string, (status: RunStatus) => void>()
  const loader = startLoader({
    store,
    ledger,
    writer: dynamodbWriter(client, systemClock, { timeoutMs: 20_000 }),
    managed: dynamodbJobs(client, { bucket: 'bucket', waitMs: () => 1_000, timeoutMs: 20_000 }),
    imports: importTables(Object.fromEntries(imported.map((name) => [name, [{ name: 'id', type: 'S' }]]))),
    isAllowed: () => true,
    announce: async (status) => announced.get(status.run)?.(status),
    onFailure: (error) => process.stderr.write(`${error.stack}\n`)
  })
  return {
    ...{ dynamodb, loader, newTable, runs: runsOf(loader, announced) },
    itemsOf: async (table: string): Promise<string> =>
      JSON.stringify((await scanTable(direct, table)).map((item) => JSON.stringify(item)).toSorted()),
    async close() {
      await loader.queue.close()
      closeLedger()
      for (const each of [client, direct]) each.destroy()
      await dynamodb.close()
      await embedded.close()
    }
  }
}

interface Against {
  readonly rows: number
  readonly wanted: { readonly rows: RunStatus['rows']; readonly items: string }
  readonly tell: Tell
}

const prove = async (
  { dynamodb, loader, runs, newTable, itemsOf }: Proof,
  { engine, name, faults, first, isCancelled = false, options = {}, again, begins = 1 }: Fault,
  { rows, wanted, tell }: Against
): Promise<void> => {
  const jobs = engine === 'import' ? dynamodb.imports : dynamodb.operations
  jobs.forget()
  jobs.plays(faults)
  if (engine === 'bulk_put') await newTable(name)
  const loading = runs.load(name, name, rows, { ...options, engine })
  if (isCancelled) await cancelOnceBegun(jobs.begun, () => requestCancel(loader.deps, name, 'ADA'))
  let status = await loading
  tell(
    `${engine}, ${name}`,
    first(status) && jobs.begun() === begins,
    `${status.state}, ${countsText(status)}, ${jobs.begun()} begun`
  )
  jobs.plays({})
  if (status.state === 'failed' || status.rows.rejected !== wanted.rows.rejected)
    status = await runs.redrive(name, again)
  const isSame =
    JSON.stringify(status.rows) === JSON.stringify(wanted.rows) && (await itemsOf(name)) === wanted.items
  tell(
    `${engine}, ${name}, in the end`,
    isSame,
    `${status.state}, ${countsText(status)}, the table is that of workers`
  )
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
