import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type CallerOptions, snowflakeCaller } from '../../../api/local/snowflake-caller/snowflake-caller.ts'
import { echo, type Script, scriptedService } from '../../support/scripted-service.ts'
import { fakeClock } from './fake-clock.ts'
import { push, pushRows } from './push.ts'

/** One statement of three rows, one batch, against a service that follows the script. */
const call = async (script: Script, options: Partial<CallerOptions> = {}) => {
  await using service = await scriptedService(script)
  const clock = fakeClock()
  const statuses: number[] = []
  const onBatch: CallerOptions['onBatch'] = ({ status }) => void statuses.push(status)
  const caller = snowflakeCaller({ baseUrl: service.url, clock, onBatch, ...options })
  const ending = await caller.call(push, pushRows(3)).then(
    (answers) => ({ answers, error: undefined }),
    (error: Error) => ({ answers: undefined, error })
  )
  await caller.close()
  return { ...ending, statuses, sleeps: clock.sleeps, seen: service.seen, elapsedMs: clock.now() }
}

const answers = ['["orders",{"ID":0}]', '["orders",{"ID":1}]', '["orders",{"ID":2}]']
const first =
  (reply: ReturnType<Script>, times = 1): Script =>
  (seen, nth) =>
    nth < times ? reply : echo(seen)

describe('a batch that is answered', () => {
  it('is sent once', async () => {
    expect(await call(echo)).toMatchObject({ answers, statuses: [200], sleeps: [] })
  })

  it('travels as gzip both ways', async () => {
    const { answers: got, seen } = await call((each) => ({
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync(echo(each).body)
    }))

    expect(got).toEqual(answers)
    expect(seen[0]?.bytes.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
    expect(seen[0]?.headers).toMatchObject({ 'content-encoding': 'gzip', 'accept-encoding': 'gzip' })
  })

  it('travels as it is with COMPRESSION = NONE', async () => {
    const { answers: got, seen } = await call(echo, { compression: 'none' })

    expect(got).toEqual(answers)
    expect(seen[0]?.bytes.toString()).toBe(seen[0]?.text)
    expect(seen[0]?.headers).not.toHaveProperty('content-encoding')
  })
})

describe('a batch that the service turns away for now', () => {
  it.each([429, 500, 502, 503, 504])('is sent again after %i', async (status) => {
    expect(await call(first({ status }, 3))).toMatchObject({
      answers,
      statuses: [status, status, status, 200],
      sleeps: [500, 1_000, 2_000]
    })
  })

  it('is sent again when the connection breaks', async () => {
    expect(await call(first('reset'))).toMatchObject({ answers, statuses: [0, 200], sleeps: [500] })
  })

  it('is sent again as it was, byte for byte, with the same batch id', async () => {
    const { seen } = await call(first({ status: 503 }, 2))

    expect(new Set(seen.map(({ bytes }) => bytes.toString('hex'))).size).toBe(1)
    expect(new Set(seen.map(({ headers }) => JSON.stringify(headers))).size).toBe(1)
    expect(seen).toHaveLength(3)
  })

  it('fails the statement with the last answer when the retry budget is spent', async () => {
    const { error, elapsedMs, statuses } = await call(() => ({ status: 503, body: 'table is away' }), {
      retryBudgetMs: 60_000
    })

    expect(error?.message).toBe(
      "Request failed for external function PUSH_TO_DYNAMO with remote service error: 503 'table is away'"
    )
    expect(elapsedMs).toBe(60_000)
    expect(statuses).toHaveLength(11)
  })

  it('fails the statement when nobody listens until the retry budget is spent', async () => {
    const { error } = await call(() => 'reset', { retryBudgetMs: 2_000 })

    expect(error?.name).toBe('ExternalFunctionError')
    expect(error?.message).toBe(
      'Request failed for external function PUSH_TO_DYNAMO. ' +
        'Error: Remote service cannot be reached. Check the endpoint URL and try again.'
    )
    expect(error?.cause).toMatchObject({ code: 'ECONNRESET' })
  })
})

describe('a batch that the service refuses', () => {
  it.each([201, 204, 301, 400, 403, 404, 413])('fails the statement at once: %i', async (status) => {
    const { error, statuses } = await call(() => ({ status }))

    expect(error?.message).toContain(`with remote service error: ${status} '`)
    expect(statuses).toEqual([status])
  })

  it('fails it with the beginning of the text', async () => {
    const { error } = await call(() => ({ status: 400, body: `row 1: no JSON${'.'.repeat(1_000)}` }))

    expect(error?.name).toBe('ExternalFunctionError')
    expect(error?.message).toBe(
      'Request failed for external function PUSH_TO_DYNAMO with remote service error: ' +
        `400 'row 1: no JSON${'.'.repeat(486)}'`
    )
  })

  it('fails it with the text of a gzip answer', async () => {
    const { error } = await call(() => ({
      status: 400,
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync('no')
    }))

    expect(error?.message).toContain("400 'no'")
  })
})

describe('an answer that Snowflake does not take', () => {
  it.each<[string, Awaited<ReturnType<Script>>]>([
    ['Row numbers out of order', { body: '{"data":[[0,1],[2,1],[1,1]]}' }],
    ['Function received the wrong number of rows', { body: '{"data":[[0,1],[1,1]]}' }],
    ['Error parsing JSON: Invalid response', { body: 'written' }],
    ['top-level JSON object must contain "data" JSON array element', { body: '{"rows":[]}' }],
    ['set a lower MAX_BATCH_ROWS', { body: `{"data":[]${' '.repeat(11_000_000)}}` }],
    ['Content-MD5', { headers: { 'content-md5': 'AAAA' }, body: '{"data":[[0,1],[1,1],[2,1]]}' }]
  ])('fails the statement and is not asked for again: %s', async (words, reply) => {
    const { error, statuses } = await call(() => reply)

    expect(error?.name).toBe('ExternalFunctionError')
    expect(error?.message).toContain(words)
    expect(statuses).toEqual([200])
  })
})
