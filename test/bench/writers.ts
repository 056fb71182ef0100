import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { tableList } from '../../api/batch/table-list.ts'
import { buildApp } from '../../api/receive/app.ts'
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'
import { inParallel } from '../../api/runtime/in-parallel.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { dynamodbWriter } from '../../api/write/dynamodb-writer.ts'
import type { BenchRow } from './bench-rows.ts'

/** What a writer says of its rows: how many it calls stored, and how it ended. */
export interface Claim {
  readonly claimed: number
  readonly end: string
  readonly seconds: number
}

export interface BenchWriter {
  readonly name: string
  write(rows: readonly BenchRow[]): Promise<Claim>
  close?(): Promise<void>
}

const batchRows = 500
const batchesAtOnce = 4
const loopsAtOnce = 8

const timed = async (work: () => Promise<Omit<Claim, 'seconds'>>): Promise<Claim> => {
  const startMs = performance.now()
  const claim = await work()
  return { ...claim, seconds: (performance.now() - startMs) / 1000 }
}

const slices = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size))

/** This project, over HTTP, in batches of 500 as Snowflake sends them. */
export const ownWriter = async (endpoint: string): Promise<BenchWriter> => {
  const client = dynamodbClient(endpoint)
  const app = buildApp({
    writer: dynamodbWriter(client, systemClock),
    isAllowed: tableList('orders'),
    deadlineMs: 27_000,
    version: 'bench',
    log: () => {}
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    name: 'push_to_dynamo',
    write: (rows) =>
      timed(async () => {
        const statuses: Record<string, number> = {}
        await inParallel(batchesAtOnce, slices(rows, batchRows), async (batch) => {
          const data = batch.map((row, n) => [n, 'orders', row])
          const reply = await fetch(`${url}/push`, { method: 'POST', body: JSON.stringify({ data }) })
          const answer = (await reply.json()) as { data: Array<[number, { status: string }]> }
          for (const [, { status }] of answer.data) statuses[status] = (statuses[status] ?? 0) + 1
        })
        const { written = 0, ...others } = statuses
        const told = Object.entries(others).map(([status, count]) => `${count} ${status}`)
        return { claimed: written, end: ['ok', ...told].join(', ') }
      }),
    async close() {
      await app.close()
      client.destroy()
    }
  }
}

/** What many write themselves: BatchWrite of the document client, its answer not looked at, as tutorials do. */
export const loopWriter = (endpoint: string): BenchWriter => {
  const client = new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' }
  })
  const documents = DynamoDBDocumentClient.from(client)
  return {
    name: 'plain loop (lib-dynamodb)',
    write: (rows) =>
      timed(async () => {
        try {
          await inParallel(loopsAtOnce, slices(rows, 25), async (group) => {
            const orders = group.map((Item) => ({ PutRequest: { Item } }))
            await documents.send(new BatchWriteCommand({ RequestItems: { orders } }))
          })
          return { claimed: rows.length, end: 'ok' }
        } catch (error) {
          return { claimed: 0, end: (error as Error).name }
        }
      }),
    close: async () => client.destroy()
  }
}
