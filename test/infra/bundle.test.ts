import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedDynamodb, startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { bundle } from '../../infra/bundle.ts'

const runner = `
const since = performance.now()
const { handler } = await import(process.argv[2])
const coldMs = performance.now() - since
const answer = await handler(JSON.parse(process.argv[3]), { getRemainingTimeInMillis: () => 60000 })
process.stdout.write('\\n' + JSON.stringify({ coldMs, answer }))
process.exit(0)
`
let folder: string
let embedded: EmbeddedDynamodb
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
  embedded = await startEmbeddedDynamodb()
  await bundle(folder)
  await writeFile(join(folder, 'runner.mjs'), runner)
  await writeFile(join(folder, 'empty.mjs'), 'export const handler = async () => ({})')
})
afterAll(async () => {
  await embedded?.close()
  await rm(folder, { recursive: true, force: true })
})

const runCold = async (file: string, event: unknown) => {
  const queue = 'http://127.0.0.1:9/000000000000/queue'
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_LAMBDA_FUNCTION_NAME: 'cold',
    DYNAMODB_ENDPOINT: embedded.endpoint,
    PUSH_TABLES: 'orders',
    PUSH_BUCKET: 'bucket',
    PUSH_LOAD_QUEUE_URL: queue,
    PUSH_SPILL_QUEUE_URL: queue
  }
  const args = [join(folder, 'runner.mjs'), join(folder, file), JSON.stringify(event)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: folder })
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n'))) as {
    coldMs: number
    answer: Record<string, unknown>
  }
}

describe('the bundles, cold in a fresh process', () => {
  it('answer the health, and an SQS batch that is none of ours', async () => {
    const health = await runCold('push/index.mjs', {
      httpMethod: 'GET',
      path: '/health',
      headers: { Host: 'x.execute-api.us-east-1.amazonaws.com', Accept: '*/*' },
      queryStringParameters: null,
      body: null,
      isBase64Encoded: false,
      requestContext: { httpMethod: 'GET', path: '/v1/health', stage: 'v1' }
    })
    const attributes = { ApproximateReceiveCount: '1' }
    const queue = await runCold('bulk/index.mjs', {
      Records: [{ messageId: 'm1', body: 'poison', attributes }]
    })
    const empty = await runCold('empty.mjs', {})
    for (const [name, { coldMs }] of Object.entries({ push: health, bulk: queue, empty }))
      process.stdout.write(`cold start ${name}: ${coldMs.toFixed(0)} ms\n`)
    for (const name of ['push', 'bulk'])
      process.stdout.write(
        `bundle ${name}: ${((await stat(join(folder, name, 'index.mjs'))).size / 1024).toFixed(0)} KB\n`
      )

    expect(health.answer.statusCode).toBe(200)
    expect(queue.answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] })
  })
})
