import {
  type AttributeValue,
  DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput
} from '@aws-sdk/client-dynamodb'
import type { LightMyRequestResponse } from 'fastify'
import { tableList } from '../../api/batch/table-list.ts'
import { createTable } from '../../api/local/create-table.ts'
import { readTableSpec } from '../../api/local/table-spec.ts'
import type { RowResult } from '../../api/plan/row-result.ts'
import { type AppDeps, buildApp } from '../../api/receive/app.ts'
import type { Clock } from '../../api/runtime/clock.ts'
import { readConfig } from '../../api/runtime/config.ts'
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'
import type { LogLine } from '../../api/runtime/log.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { dynamodbWriter } from '../../api/write/dynamodb-writer.ts'
import { untilActive } from './replace-table.ts'

/** One row's arguments: values, or JSON text where JavaScript would lose digits. */
export type Arguments = readonly [table: unknown, item: unknown, options?: unknown]

export interface TestApp {
  /** Sends rows as one batch, the way Snowflake does; gives the HTTP reply. */
  post(
    route: string,
    body: string | Uint8Array,
    headers?: Record<string, string>
  ): Promise<LightMyRequestResponse>
  /** The results of a pushed batch by row number; throws when it is not answered 200 with one result a row. */
  push(rows: readonly Arguments[], route?: string): Promise<RowResult[]>
  /** The items under these keys as `/get` gives them. */
  get(rows: readonly Arguments[]): Promise<unknown[]>
  readonly lines: readonly LogLine[]
  close(): Promise<void>
}

/** An app of its own, as on Lambda, against a DynamoDB endpoint. */
export const openTestApp = (
  endpoint: string,
  more: Partial<Omit<AppDeps, 'writer'>> & { readonly clock?: Clock; readonly timeoutMs?: number } = {}
): TestApp => {
  const { clock = systemClock, timeoutMs = 5_000, ...deps } = more
  const client = dynamodbClient(endpoint, timeoutMs)
  const lines: LogLine[] = []
  const app = buildApp({
    writer: dynamodbWriter(client, clock, { kind: readConfig(process.env).PUSH_WRITER, timeoutMs }),
    isAllowed: tableList('*'),
    deadlineMs: 20_000,
    version: 'test',
    log: (line) => lines.push(line),
    ...deps
  })
  const post: TestApp['post'] = (url, body, headers = {}) =>
    app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      payload: typeof body === 'string' ? body : Buffer.from(body)
    })
  const answers = async (route: string, rows: readonly Arguments[]): Promise<unknown[]> => {
    const reply = await post(route, batchText(rows))
    if (reply.statusCode !== 200) throw new Error(`${reply.statusCode}: ${reply.body}`)
    const { data } = reply.json() as { data: ReadonlyArray<readonly [number, unknown]> }
    if (data.length !== rows.length || data.some(([number], n) => number !== n))
      throw new Error(`not one answer a row, in order: ${reply.body.slice(0, 200)}`)
    return data.map(([, value]) => value)
  }
  return {
    post,
    lines,
    push: async (rows, route = '/push') => (await answers(route, rows)) as RowResult[],
    get: (rows) => answers('/get', rows),
    async close() {
      await app.close()
      client.destroy()
    }
  }
}

/** Rows as Snowflake's request body. A value that is `JsonText` goes in as it is. */
export const batchText = (rows: readonly Arguments[]): string =>
  `{"data":[${rows.map((args, n) => `[${[String(n), ...args.map(textOf)].join()}]`).join()}]}`

/** JSON text that is sent to the letter. */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

const textOf = (value: unknown): string => (value instanceof JsonText ? value.text : JSON.stringify(value))

/** A client that shares nothing with the app, to look at the table from outside. */
export const outsideClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' }
  })

export const createTables = async (client: DynamoDBClient, ...specs: readonly string[]): Promise<void> => {
  for (const spec of specs.map(readTableSpec)) {
    await createTable(client, spec)
    await untilActive(client, spec.name)
  }
}

/** Everything a table holds, as DynamoDB's own JSON. */
export const scanTable = async (client: DynamoDBClient, TableName: string) => {
  const items: Array<Record<string, AttributeValue>> = []
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey })
    )
    items.push(...(page.Items ?? []))
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey)
  return items
}
