import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { tableList } from '../batch/table-list.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import type { LoadDeps } from '../load/load-deps.ts'
import { MessageFailed } from '../load/loader.ts'
import type { RunStatus } from '../load/run-status.ts'
import type { Config } from '../runtime/config.ts'
import { dynamodbClient, isLoopback } from '../runtime/dynamodb-client.ts'
import { keepHeapLean } from '../runtime/lean-heap.ts'
import { systemClock } from '../runtime/system-clock.ts'
import { dynamodbWriter } from '../write/dynamodb-writer.ts'
import { type TableCare, tableCare } from '../write/table-care.ts'
import { countedStore } from './counted-store.ts'
import { createTable } from './create-table.ts'
import { startEmbeddedDynamodb } from './embedded-dynamodb.ts'
import { type FolderStore, folderStore } from './folder-store.ts'
import { checkUnused } from './in-use.ts'
import { createLedgerTable } from './ledger-table.ts'
import { lockFolder } from './lock-folder.ts'
import { startLoader } from './start-loader.ts'
import type { TableSpec } from './table-spec.ts'

/** Bucket, queue, workers, ledger and DynamoDB of the bulk path in one process. */
export interface LocalBulk {
  readonly deps: LoadDeps & { readonly store: FolderStore }
  readonly care: TableCare
  /** The run's final status; rejects when no message is left and the run has not ended. */
  ended(run: string): Promise<RunStatus>
  /** Bytes of an object that have been read so far. */
  readonly bytesRead: (key: string) => number
  /** Why messages failed, the newest last. */
  readonly failures: readonly string[]
  close(): Promise<void>
}

export interface BulkSettings {
  readonly config: Config
  /** What is kept between calls: bucket and embedded DynamoDB. */
  readonly folder: string
  /** Clears the folder first. */
  readonly isFresh?: boolean
  /** Created on loopback endpoints if absent. */
  readonly tables?: readonly TableSpec[]
  readonly workers?: number
}

const mostFailures = 20

/** The composition root of `npm run load` and `npm run redrive`: the same code as on Lambda. */
export const openBulk = async (settings: BulkSettings): Promise<LocalBulk> => {
  const { config, folder, isFresh = false, tables = [], workers } = settings
  keepHeapLean()
  await using started = new AsyncDisposableStack()
  await mkdir(folder, { recursive: true })
  started.use(await lockFolder(folder))
  if (isFresh) {
    await checkUnused(folder)
    for (const part of ['bucket', 'dynamodb']) await rm(join(folder, part), { recursive: true, force: true })
  }

  const embedded =
    config.DYNAMODB_ENDPOINT === undefined
      ? await startEmbeddedDynamodb(0, join(folder, 'dynamodb'))
      : undefined
  started.defer(async () => embedded?.close())
  const endpoint = config.DYNAMODB_ENDPOINT ?? embedded?.endpoint
  const client = dynamodbClient(endpoint)
  const { ledger, meters, close } = openLedger({ endpoint, kind: config.PUSH_WRITER })
  started.defer(() => {
    client.destroy()
    close()
  })
  if (isLoopback(endpoint)) {
    for (const table of tables) await createTable(client, table)
    await createLedgerTable(client)
  }

  const failures: string[] = []
  const finals = new Map<string, RunStatus>()
  const waiting = new Map<string, (status: RunStatus) => void>()
  const { store, bytesRead } = countedStore(folderStore(join(folder, 'bucket')))
  const { deps, queue } = startLoader({
    store,
    ledger,
    meters,
    writer: dynamodbWriter(client, systemClock, { kind: config.PUSH_WRITER }),
    isAllowed: tableList(config.PUSH_TABLES ?? '*'),
    async announce(status) {
      finals.set(status.run, status)
      waiting.get(status.run)?.(status)
    },
    onFailure(error) {
      failures.push(error instanceof MessageFailed ? error.message : `${error.name}: ${error.message}`)
      if (failures.length > mostFailures) failures.shift()
    },
    ...(workers === undefined ? {} : { workers })
  })
  started.defer(() => queue.close())

  const resources = started.move()
  return {
    deps,
    bytesRead,
    care: tableCare(client),
    failures,
    async ended(run) {
      const known = finals.get(run)
      if (known) return known
      const announced = new Promise<RunStatus>((resolve) => waiting.set(run, resolve))
      const final = await Promise.race([announced, queue.idle()])
      if (final) return final
      throw new Error(`the loader gave up: ${failures.at(-1) ?? 'no message of the run is left'}; redrive it`)
    },
    close: () => resources.disposeAsync()
  }
}
