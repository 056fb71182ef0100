import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { inParallel } from '../../api/runtime/in-parallel.ts'
import { leanBody, leanRow } from './lean-rows.ts'

/**
 * Rows a CPU second of the whole HTTP handler, and of a plain loop on lib-dynamodb over the same rows, against an
 * endpoint in a process of its own: `node test/bench/handler.bench.ts ours|lib [rows] [options]`.
 */
const [, , who = 'ours', count = '200000', options = ''] = process.argv
const rows = Number(count)
const endpoint = spawn(process.execPath, [fileURLToPath(new URL('endpoint.ts', import.meta.url))], {
  stdio: ['ignore', 'pipe', 'inherit']
})
const [said] = (await once(endpoint.stdout, 'data')) as [Buffer]
const url = said.toString().trim()
Object.assign(process.env, {
  DYNAMODB_ENDPOINT: url,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  PUSH_TABLES: 'orders'
})

const ours = async () => {
  const { handler } = await import('../../api/http.ts')
  const context = { getRemainingTimeInMillis: () => 29_000, awsRequestId: 'r' } as unknown as Context
  const events = Array.from({ length: rows / 500 }, (_, n) =>
    leanBody(n * 500, n * 500 + 500, 'orders', options).toString()
  )
  return async () => {
    await inParallel(8, events.entries(), async ([n, body]) => {
      const headers = { 'content-type': 'application/json' }
      const event = {
        httpMethod: 'POST',
        path: '/push',
        headers,
        body,
        isBase64Encoded: false,
        requestContext: {}
      }
      const answer = await handler(event as unknown as APIGatewayProxyEvent, context)
      const written = answer.body.match(/"written"/g)?.length
      if (written !== 500) throw new Error(`batch ${n}: ${answer.statusCode} ${answer.body.slice(0, 300)}`)
    })
  }
}

const lib = async () => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: url }))
  const groups = Array.from({ length: rows / 25 }, (_, n) => n)
  return () =>
    inParallel(16, groups, async (n) => {
      const orders = Array.from({ length: 25 }, (_, m) => ({
        PutRequest: { Item: JSON.parse(leanRow(n * 25 + m)) }
      }))
      await client.send(new BatchWriteCommand({ RequestItems: { orders } }))
    })
}

const run = await (who === 'lib' ? lib() : ours())
let peak = 0
setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20).unref()
const write = process.stdout.write.bind(process.stdout)
process.stdout.write = (() => true) as typeof process.stdout.write
for (let round = 0; round < 4; round += 1) {
  await fetch(`${url}/reset`)
  const cpu = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(cpu)
  const counts = (await (await fetch(`${url}/counts`)).json()) as { rows: number; calls: number }
  write(
    `${who}: ${Math.round(rows / ((user + system) / 1e6)).toLocaleString('en')} rows a CPU second, ` +
      `${((user + system) / rows).toFixed(1)} µs a row, ${counts.rows} rows, ${counts.calls} calls, peak ${Math.round(peak / 1e6)} MB\n`
  )
}
endpoint.kill()
process.exit(0)
