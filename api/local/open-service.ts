import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '../receive/app.ts'
import type { Config } from '../runtime/config.ts'
import { dynamodbClient, isLoopback } from '../runtime/dynamodb-client.ts'
import type { Log } from '../runtime/log.ts'
import { systemClock } from '../runtime/system-clock.ts'
import { tableList } from '../runtime/table-list.ts'
import { dynamodbReadPort, dynamodbWritePort } from '../write/dynamodb-port.ts'
import { tableSchemas } from '../write/table-schemas.ts'
import { startEmbeddedDynamodb } from './embedded-dynamodb.ts'
import { createTable, type TableSpec } from './table-spec.ts'

export interface ServiceSettings {
  readonly config: Config
  readonly port: number
  readonly dynamodbPort: number
  readonly tables: readonly TableSpec[]
  readonly log: Log
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
  log
}: ServiceSettings): Promise<Service> => {
  const embedded =
    config.DYNAMODB_ENDPOINT === undefined ? await startEmbeddedDynamodb(dynamodbPort) : undefined
  const endpoint = config.DYNAMODB_ENDPOINT ?? embedded?.endpoint ?? ''
  const client = dynamodbClient(endpoint)
  const stopping = new AbortController()
  let app: FastifyInstance | undefined
  try {
    if (isLoopback(endpoint)) for (const table of tables) await createTable(client, table)
    app = buildApp({
      writer: {
        port: { ...dynamodbWritePort(client), ...dynamodbReadPort(client) },
        schemas: tableSchemas(client, systemClock),
        clock: systemClock
      },
      isAllowed: tableList(config.PUSH_TABLES ?? tables.map(({ name }) => name).join()),
      deadlineMs: config.PUSH_DEADLINE_MS,
      version: config.PUSH_VERSION,
      log,
      stopping: stopping.signal
    })
    const url = await app.listen({ host: '127.0.0.1', port })
    const listening = app
    return {
      url,
      dynamodbEndpoint: endpoint,
      client,
      async close(graceMs) {
        const grace = setTimeout(() => stopping.abort(), graceMs)
        await listening.close()
        clearTimeout(grace)
        client.destroy()
        await embedded?.close()
      }
    }
  } catch (error) {
    await app?.close()
    client.destroy()
    await embedded?.close()
    throw error
  }
}
