import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type AppDeps, buildApp } from '../receive/app.ts'
import type { Config } from '../runtime/config.ts'
import { dynamodbClient, isLoopback } from '../runtime/dynamodb-client.ts'
import type { Log } from '../runtime/log.ts'
import { systemClock } from '../runtime/system-clock.ts'
import { tableList } from '../runtime/table-list.ts'
import { dynamodbReadPort, dynamodbWritePort } from '../write/dynamodb-port.ts'
import { tableSchemas } from '../write/table-schemas.ts'
import type { Writer } from '../write/write-rows.ts'
import { startEmbeddedDynamodb } from './embedded-dynamodb.ts'
import { createLedgerTable } from './ledger-table.ts'
import { isolatedApps, wholeApp } from './listener.ts'
import { openOnce } from './open-once.ts'
import { createTable, type TableSpec } from './table-spec.ts'

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
  /** Takes no new batch; those in work get `graceMs` to end by themselves before they are answered as they stand. */
  close(graceMs: number): Promise<void>
}

/** The third composition root: the same path as on Lambda, with the embedded DynamoDB unless told of another. */
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
  const isAllowed = tableList(config.PUSH_TABLES ?? tables.map(({ name }) => name).join())
  const makeWriter = (): Writer => ({
    port: { ...dynamodbWritePort(client), ...dynamodbReadPort(client) },
    schemas: tableSchemas(client, systemClock),
    clock: systemClock
  })
  const once = await openOnce(endpoint, makeWriter(), isAllowed, log)
  started.defer(() => once.close())

  const appDeps = (): AppDeps => ({
    writer: makeWriter(),
    once: once.deps,
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
    async close(graceMs) {
      const grace = setTimeout(() => stopping.abort(), graceMs)
      await resources.disposeAsync()
      clearTimeout(grace)
    }
  }
}
