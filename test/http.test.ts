import { gzipSync } from 'node:zlib'
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type EmbeddedDynamodb, startEmbeddedDynamodb } from '../api/local/embedded-dynamodb.ts'
import { batchText, createTables, outsideClient } from './support/test-app.ts'

type Handler = (
  event: unknown,
  context: unknown
) => Promise<{ statusCode: number; body: string; isBase64Encoded: boolean }>

/** API Gateway's REST event as it reaches Lambda, as far as anybody looks at it. */
const event = (path: string, body: string, more: Partial<APIGatewayProxyEvent> = {}) => ({
  resource: '/{proxy+}',
  path,
  httpMethod: 'POST',
  headers: {
    'Content-Type': 'application/json',
    'Content-Encoding': 'gzip',
    'sf-external-function-format': 'json'
  },
  multiValueHeaders: { 'Content-Type': ['application/json'], 'Content-Encoding': ['gzip'] },
  queryStringParameters: null,
  body,
  isBase64Encoded: false,
  requestContext: { stage: 'prod', resourcePath: '/{proxy+}' },
  ...more
})
const context = (remainingMs: number): Partial<Context> => ({
  awsRequestId: 'r-1',
  getRemainingTimeInMillis: () => remainingMs
})

describe('the Lambda', () => {
  const environment = { ...process.env }
  let engine: EmbeddedDynamodb
  let handler: Handler

  beforeAll(async () => {
    engine = await startEmbeddedDynamodb()
    const outside = outsideClient(engine.endpoint)
    await createTables(outside, 'orders=id:S')
    outside.destroy()
    Object.assign(process.env, { DYNAMODB_ENDPOINT: engine.endpoint, PUSH_TABLES: 'orders' })
    vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    handler = (await import('../api/http.ts')).handler as unknown as Handler
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    // Files of the suite share this process.
    for (const name of ['DYNAMODB_ENDPOINT', 'PUSH_TABLES']) {
      const before = environment[name]
      if (before === undefined) delete process.env[name]
      else process.env[name] = before
    }
    await engine.close()
  })

  const body = batchText([['orders', { id: 'a', n: '😀' }]])
  const answer = { data: [[0, { status: 'written' }]] }

  it('takes the plain body with the stale header that API Gateway leaves', async () => {
    const reply = await handler(event('/push', body), context(29_000))
    expect([reply.statusCode, JSON.parse(reply.body), reply.isBase64Encoded]).toEqual([200, answer, false])
  })

  it('takes a base64 body, gzipped or not', async () => {
    for (const bytes of [Buffer.from(body), gzipSync(body)]) {
      const sent = event('/push', bytes.toString('base64'), { isBase64Encoded: true })
      const reply = await handler(sent, context(29_000))
      expect([reply.statusCode, JSON.parse(reply.body)]).toEqual([200, answer])
    }
  })

  it('reads back what it wrote', async () => {
    const reply = await handler(event('/get', body.replace(',"n":"😀"', '')), context(29_000))
    expect(JSON.parse(reply.body)).toEqual({ data: [[0, { id: 'a', n: '😀' }]] })
  })

  it('answers in time when Lambda has hardly any left', async () => {
    const reply = await handler(event('/push', body), context(2_000))
    expect(JSON.parse(reply.body)).toMatchObject({ data: [[0, { status: 'unprocessed' }]] })
  })

  it('refuses what is not the protocol', async () => {
    expect((await handler(event('/push', 'NaN'), context(29_000))).statusCode).toBe(400)
  })
})
