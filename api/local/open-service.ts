import { rm } from 'node:fs/promises'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { tableList } from '../batch/table-list.ts'
import { ledgerTableName } from '../ledger/ledger-store.ts'
import { writePushAudit } from '../load/write-push-audit.ts'
import { type AppDeps, buildApp } from '../receive/app.ts'
import type { Config } from '../runtime/config.ts'
import { dynamodbClient, isLoopback } from '../runtime/dynamodb-client.ts'
import type { Log } from '../runtime/log.ts'
import { systemClock } from '../runtime/system-clock.ts'
import { dynamodbWriter } from '../write/dynamodb-writer.ts'
import { tableCare } from '../write/table-care.ts'
import { tableNames } from '../write/table-names.ts'
import type { Writer } from '../write/write-rows.ts'
import { createTable } from './create-table.ts'
import { startEmbeddedDynamodb } from './embedded-dynamodb.ts'
import { folderStore } from './folder-store.ts'
import { useFolder } from './in-use.ts'
import { createLedgerTable } from './ledger-table.ts'
import { isolatedApps, wholeApp } from './listener.ts'
import { openOnce } from './open-once.ts'
import { startLoader } from './start-loader.ts'
import type { TableSpec } from './table-spec.ts'

export interface ServiceSettings {
  readonly config: Config
  readonly port: number
  readonly dynamodbPort: number
  readonly tables: readonly TableSpec[]
  readonly log: Log
  /** Each concurrent batch has an app instance of its own, as on Lambda: only ledger and table are shared. */
  readonly isIsolated?: boolean
}

/** The HTTP API with its DynamoDB, listening on 127.0.0.1. */
export interface Service {
  readonly url: string
  readonly dynamodbEndpoint: string
  readonly client: DynamoDBClient
  /**
   * The folder that is the bucket of bulk loads: that of `npm run load` where the DynamoDB is another's, else one that
   * lives as long as the embedded one.
   */
  readonly bucket: string
  /** Takes no new batch; those in work get `graceMs` to end by themselves before they are answered as they stand. */
  close(graceMs: number): Promise<void>
}

/** Batches that are answered as they stand need this long to write it into the ledger and leave. */
const lastAnswersMs = 2_000

/** The third composition root: the same path as on Lambda, with the embedded DynamoDB unless told of another. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a composition root: its parts one after another, in the order in which they are closed again
export const openService = async ({
  config,
  port,
  dynamodbPort,
  tables,
  log,
  isIsolated = false
}: ServiceSettings): Promise<Service> => {
  await using started = new AsyncDisposableStack()
  const embedded =
    config.DYNAMODB_ENDPOINT === undefined ? await startEmbeddedDynamodb(dynamodbPort) : undefined
  started.defer(async () => embedded?.close())
  const endpoint = config.DYNAMODB_ENDPOINT ?? embedded?.endpoint ?? ''
  const client = dynamodbClient(endpoint)
  started.defer(async () => client.destroy())
  if (isLoopback(endpoint)) {
    for (const table of tables) await createTable(client, table)
    await createLedgerTable(client)
  }

  const stopping = new AbortController()
  const allowList = config.PUSH_TABLES ?? tables.map(({ name }) => name).join()
  const cure = config.PUSH_TABLES === undefined ? '--table name=key:T makes one here' : ''
  const isAllowed = tableList(allowList, ledgerTableName, cure)
  const makeWriter = (): Writer => dynamodbWriter(client, systemClock, { kind: config.PUSH_WRITER })
  const isKept = embedded === undefined
  const bucket = embedded ? `.local/bucket-${new URL(embedded.endpoint).port}` : '.local/bucket'
  const store = folderStore(bucket)
  const once = await openOnce(
    { endpoint, isKept, audit: store, kind: config.PUSH_WRITER },
    makeWriter(),
    isAllowed,
    log
  )
  started.defer(() => once.close())
  // Its runs would mean nothing to an embedded DynamoDB that begins empty.
  const clear = async (): Promise<void> => rm(bucket, { recursive: true, force: true })
  if (embedded) await clear()
  else started.use(await useFolder('.local'))
  started.defer(async () => (embedded ? clear() : undefined))
  const loader = startLoader({
    store,
    ledger: once.ledger,
    ...(once.deps.meters ? { meters: once.deps.meters } : {}),
    writer: makeWriter(),
    isAllowed,
    announce: async ({ run, state }) => log({ event: 'run_announced', run, state }),
    onFailure: ({ name, message }) => log({ event: 'message_failed', cause: `${name}: ${message}` }),
    log,
    closeMs: 2_000
  })
  started.defer(() => loader.queue.close().catch(() => undefined))
  const writing = setInterval(() => {
    writePushAudit(loader.deps, stopping.signal).catch(({ name }: Error) =>
      log({ event: 'push_audit_failed', cause: name })
    )
  }, 60_000)
  started.defer(async () => clearInterval(writing))

  const appDeps = (): AppDeps => ({
    writer: makeWriter(),
    once: once.deps,
    loads: { ...loader.deps, care: tableCare(client) },
    tables: { allowList, names: tableNames(client, systemClock) },
    isAllowed,
    deadlineMs: config.PUSH_DEADLINE_MS,
    version: config.PUSH_VERSION,
    log,
    stopping: stopping.signal
  })
  const server = isIsolated ? isolatedApps(() => buildApp(appDeps())) : wholeApp(buildApp(appDeps()))
  await server.listen(port)
  started.defer(() => server.close())

  const resources = started.move()
  return {
    url: server.url(),
    dynamodbEndpoint: endpoint,
    client,
    bucket,
    async close(graceMs) {
      const grace = setTimeout(() => stopping.abort(), graceMs)
      const cut = setTimeout(() => server.cut(), graceMs + lastAnswersMs)
      await resources.disposeAsync()
      clearTimeout(grace)
      clearTimeout(cut)
    }
  }
}
