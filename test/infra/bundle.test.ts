import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedDynamodb, startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { createLedgerTable } from '../../api/local/ledger-table.ts'
import { bundle, bundleOptions } from '../../infra/bundle.ts'
import { arrivalEvent, bucketTestEvent, gatewayEvent, queueEvent } from '../support/captured-events.ts'
import { extent } from '../support/extent.ts'
import { createTables, outsideClient, scanTable } from '../support/test-app.ts'

const runner = `
const since = performance.now()
const { handler } = await import(process.argv[2])
const coldMs = performance.now() - since
const answers = []
for (const event of JSON.parse(process.argv[3]))
  answers.push(await handler(event, { getRemainingTimeInMillis: () => 60000 }).catch((error) => ({ failed: String(error) })))
const { user, system } = process.cpuUsage()
process.stdout.write('\\n' + JSON.stringify({ coldMs, cpuMs: (user + system) / 1000, answers }))
process.exit(0)
`
/** What a Lambda on Fastify costs before it does anything. */
const emptyFastify = `
import awsLambdaFastify from '@fastify/aws-lambda'
import fastify from 'fastify'
const app = fastify()
app.get('/health', async () => ({ status: 'ok' }))
export const handler = awsLambdaFastify(app)
await app.ready()
`
const coldStarts = extent(1, 3)
const digits = '12345678901234567890123456789012345678'

let folder: string
let embedded: EmbeddedDynamodb
let outside: DynamoDBClient
beforeAll(async () => {
  // Far from any node_modules: what a bundle does not hold it cannot find.
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
  embedded = await startEmbeddedDynamodb()
  outside = outsideClient(embedded.endpoint)
  await createTables(outside, 'orders=id:S')
  await createLedgerTable(outside)
  await bundle(folder)
  await writeFile(join(folder, 'runner.mjs'), runner)
  await writeFile(join(folder, 'empty.mjs'), 'export const handler = async () => ({})')
  const contents = emptyFastify
  const stdin = { contents, resolveDir: import.meta.dirname, sourcefile: 'fastify.ts' }
  const { outputFiles } = await build({ ...bundleOptions, stdin, outdir: join(folder, 'fastify') })
  await mkdir(join(folder, 'fastify'))
  for (const { path, contents } of outputFiles) await writeFile(path.replace('stdin', 'index'), contents)
})
afterAll(async () => {
  outside?.destroy()
  await embedded?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Events, one after the other, in a fresh process with the environment that the stack gives: the first comes to it cold. */
const runCold = async (file: string, ...events: readonly unknown[]) => {
  const queue = 'http://127.0.0.1:9/000000000000/queue'
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_LAMBDA_FUNCTION_NAME: 'cold',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    DYNAMODB_ENDPOINT: embedded.endpoint,
    PUSH_TABLES: 'orders',
    PUSH_BUCKET: 'bucket',
    PUSH_LOAD_QUEUE_URL: queue,
    PUSH_SPILL_QUEUE_URL: queue
  }
  const args = [join(folder, 'runner.mjs'), join(folder, file), JSON.stringify(events)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: folder })
  const { coldMs, cpuMs, answers } = JSON.parse(stdout.slice(stdout.lastIndexOf('\n')))
  return { coldMs: coldMs as number, cpuMs: cpuMs as number, answers, log: stdout }
}

describe.each(['push', 'bulk'])('the bundle of %s', (name) => {
  it('leaves out the driver of Snowflake and the clients of the set-up', async () => {
    const files = await readdir(join(folder, name))
    const text = (await Promise.all(files.map((file) => readFile(join(folder, name, file), 'utf8')))).join(
      '\n'
    )

    expect(text).toContain('DynamoDB')
    expect(text).not.toMatch(/SNOWFLAKE_JWT|fetchAsString|UpdateAssumeRolePolicy|DescribeStacks|sqlText/)
  })

  it('needs nothing but Node', async () => {
    const { metafile } = await build({
      absWorkingDir: join(folder, name),
      entryPoints: ['index.mjs'],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'silent'
    })
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path))

    expect(imports.length).toBeGreaterThan(5)
    const chunk = /^[\w-]+\.mjs$/
    expect(imports.filter((path) => !isBuiltin(path) && !chunk.test(path))).toEqual([])
  })
})

interface EventParts {
  readonly body: string
  readonly isBase64Encoded?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

describe('the bundle of push, in a fresh process, on events of API Gateway', () => {
  const rows = (id: string) =>
    `{\n"data" : [\n[0, "orders", {"id" : "${id}", "n" : ${digits}}],\n[1, "orders", {"n" : 1}]\n]}`
  const length = (body: string) => ({ 'Content-Length': String(gzipSync(body).length) })
  const bodies: ReadonlyArray<readonly [id: string, event: (body: string) => EventParts]> = [
    ['plain text', (body) => ({ body })],
    [
      'text that was unpacked, its headers left as they were',
      (body) => ({ body, headers: { 'Content-Encoding': 'gzip', ...length(body) } })
    ],
    ['base64', (body) => ({ body: Buffer.from(body).toString('base64'), isBase64Encoded: true })],
    [
      'base64 of gzip',
      (body) => ({
        body: gzipSync(body).toString('base64'),
        isBase64Encoded: true,
        headers: { 'Content-Encoding': 'gzip', ...length(body) }
      })
    ]
  ]
  let ran: Awaited<ReturnType<typeof runCold>>
  beforeAll(async () => {
    const pushes = bodies.map(([id, event]) => {
      const headers = { 'sf-external-function-query-batch-id': `01b2c3d4:1:1:0:${id.length}` }
      const made = event(rows(id))
      return gatewayEvent('POST', '/push', { ...made, headers: { ...headers, ...made.headers } })
    })
    const poll = gatewayEvent('GET', '/push', {
      headers: { 'sf-external-function-query-batch-id': 'nobody' }
    })
    ran = await runCold('push/index.mjs', ...pushes, poll)
  })

  it.each(bodies.map(([id], n) => [id, n] as const))('that holds %s', async (id, n) => {
    expect(ran.answers[n]).toMatchObject({ statusCode: 200, isBase64Encoded: false })
    expect(JSON.parse(ran.answers[n].body)).toEqual({
      data: [
        [0, { status: 'written' }],
        [1, expect.objectContaining({ status: 'rejected', code: 'missing_key' })]
      ]
    })
    expect(await scanTable(outside, 'orders')).toContainEqual({ id: { S: id }, n: { N: digits } })
  })

  it('logs who called, and no contents', () => {
    expect(ran.log.match(/"user":"LOADER"/g)).toHaveLength(bodies.length)
    expect(ran.log).not.toContain(digits)
  })

  it('that polls for a batch nobody knows', () => {
    expect(ran.answers[bodies.length].statusCode).toBe(404)
  })
})

describe('the bundle of bulk, in a fresh process, on events of SQS', () => {
  const messages = [
    ['has nothing to do for the test event of S3', bucketTestEvent, []],
    ['leaves alone what is neither manifest nor drop', arrivalEvent('done/r 1/a+ü.ndjson'), []],
    ['asks for it again when it is no message of ours', 'poison', [0]],
    ['asks for it again when the bucket is out of reach', arrivalEvent('unload/r1/manifest.json'), [0]]
  ] as const
  const events = messages.map(([, body]) => queueEvent(body))
  let ran: Awaited<ReturnType<typeof runCold>>
  beforeAll(async () => {
    ran = await runCold('bulk/index.mjs', ...events)
  })

  it.each(messages.map(([what, , failed], n) => [what, n, failed] as const))('%s', (_what, n, failed) => {
    expect(ran.answers[n].batchItemFailures).toEqual(
      failed.map((at) => ({ itemIdentifier: events[n]?.Records[at]?.messageId }))
    )
  })
})

/** The text of every file that an entry loads before its first event. */
const loadedFirst = async (file: string, seen = new Set<string>()): Promise<string> => {
  if (seen.has(file)) return ''
  seen.add(file)
  const text = await readFile(file, 'utf8')
  const imports = [...text.matchAll(/(?:\bfrom|\bimport)\s*"(\.\/[^"]+)"/g)].map(([, path = '']) => path)
  const others = await Promise.all(imports.map((path) => loadedFirst(join(dirname(file), path), seen)))
  return [text, ...others].join('\n')
}

it('loads neither S3, SQS, EventBridge, the rest of zod nor schema compilers before they are needed', async () => {
  const push = await loadedFirst(join(folder, 'push/index.mjs'))
  const bulk = await loadedFirst(join(folder, 'bulk/index.mjs'))
  const late = /PutObjectCommand|SendMessageCommand|PutEventsCommand/
  expect(push).toContain('BatchWriteItem')
  expect([late.test(push), late.test(bulk)]).toEqual([false, false])
  // zod's texts in other languages, and ajv.
  expect(push).not.toMatch(/node_modules\/ajv|locales|cadena/)
})

it('prints sizes and cold starts beside an empty handler and an empty Fastify', {
  timeout: 60_000
}, async () => {
  const cases = [
    ['empty', 'empty.mjs', {}],
    ['empty Fastify', 'fastify/index.mjs', gatewayEvent('GET', '/health')],
    ['push', 'push/index.mjs', gatewayEvent('GET', '/health')],
    ['bulk', 'bulk/index.mjs', queueEvent(bucketTestEvent)]
  ] as const
  const statuses: unknown[] = []
  for (const [name, file, event] of cases) {
    const runs: Array<Awaited<ReturnType<typeof runCold>>> = []
    for (let run = 0; run < coldStarts; run += 1) runs.push(await runCold(file, event))
    statuses.push(runs[0]?.answers[0].statusCode)
    const median = (times: number[]): string =>
      (times.toSorted((a, b) => a - b)[Math.floor(coldStarts / 2)] ?? 0).toFixed(0)
    const kb = Buffer.byteLength(await loadedFirst(join(folder, file))) / 1024
    process.stdout.write(
      `${name}: cold start ${median(runs.map(({ coldMs }) => coldMs))} ms, ` +
        `${median(runs.map(({ cpuMs }) => cpuMs))} ms CPU with Node's own (medians of ${coldStarts}), ${kb.toFixed(0)} KB\n`
    )
  }
  expect(statuses).toEqual([undefined, 200, 200, undefined])
})
