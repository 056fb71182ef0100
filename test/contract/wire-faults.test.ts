import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { dynamodbWriter, type WriterSettings } from '../../api/write/dynamodb-writer.ts'
import { badAnswers, goodAnswer } from '../support/bad-answers.ts'
import { chunked, type RawReply, type RawRequest, rawAnswer, rawService } from '../support/raw-service.ts'
import { write } from '../support/rows.ts'
import { selfSigned } from '../support/self-signed.ts'

const signal = new AbortController().signal
const keys = { accessKeyId: 'AK', secretAccessKey: 'secret' }
const puts = (count: number, first = 0) =>
  Array.from({ length: count }, (_, n) => write({ id: `k${first + n}` }))
const body = '{"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"t","CapacityUnits":2.0}]}'
const good = (more: readonly string[] = []) => goodAnswer(body, more)
const takenTwo = { kind: 'answered', outcomes: ['taken', 'taken'], units: 2 }

const portTo = (port: number, settings: WriterSettings = {}, more: DynamoDBClientConfig = {}) => {
  const protocol = settings.tls ? 'https' : 'http'
  const client = new DynamoDBClient({
    endpoint: `${protocol}://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: keys,
    ...more
  })
  return { client, port: dynamodbWriter(client, systemClock, { timeoutMs: 20_000, ...settings }).port }
}

/** A service that plays the replies in their order, and good answers after that. */
const playing = (...replies: readonly RawReply[]) =>
  rawService(({ nth }) => replies[nth] ?? { bytes: good() })

describe('the lean wire', () => {
  it.each<readonly [string, RawReply]>([
    ...badAnswers(body),
    ['a 200 with an empty object', { bytes: rawAnswer('{}') }]
  ])('calls a batch lost after %s, and the next one takes another connection', async (what, reply) => {
    await using service = await playing(reply)
    const { client, port } = portTo(service.port)

    const answer = await port.batch('orders', puts(2), signal)

    expect(answer).toMatchObject({ kind: 'lost' })
    expect(JSON.stringify(answer)).not.toMatch(/html|Location|k0/)
    expect(await port.batch('orders', puts(2), signal)).toMatchObject(takenTwo)
    // Only an error that DynamoDB may well send leaves the connection as good as it was.
    const isKept = /^a 50|nothing in it|empty object|no object|page|half of its JSON/.test(what)
    expect(service.requests.map(({ connection }) => connection)).toEqual([0, isKept ? 0 : 1])
    client.destroy()
  })

  it.each<readonly [string, RawReply, boolean]>([
    ['as DynamoDB sends it', { bytes: good() }, true],
    [
      'in chunks, as some engines send it',
      { bytes: rawAnswer(chunked(body, 10), ['Transfer-Encoding: chunked']) },
      true
    ],
    ['without a checksum', { bytes: rawAnswer(body) }, true],
    [
      'with the end of the connection announced',
      { bytes: good(['Connection: close']), after: 'close' },
      false
    ],
    ['by HTTP/1.0', { bytes: rawAnswer(body, [], '200 OK', 'HTTP/1.0'), after: 'close' }, false]
  ])('takes an answer %s', async (_what, reply, isKept) => {
    await using service = await playing(reply)
    const { client, port } = portTo(service.port)

    expect(await port.batch('orders', puts(2), signal)).toMatchObject(takenTwo)
    expect(await port.batch('orders', puts(2), signal)).toMatchObject(takenTwo)

    expect(service.requests.map(({ connection }) => connection)).toEqual([0, isKept ? 0 : 1])
    client.destroy()
  })

  it('loses nothing when the server closes a connection between two calls', async () => {
    await using service = await playing({ bytes: good(), after: 'close' })
    const { client, port } = portTo(service.port)
    expect(await port.batch('orders', puts(2), signal)).toMatchObject(takenTwo)
    await service.empty()
    expect(await port.batch('orders', puts(2), signal)).toMatchObject(takenTwo)
    client.destroy()
  })

  it('trusts no connection on which something came that nobody asked for', async () => {
    await using service = await playing()
    const { client, port } = portTo(service.port)
    await port.batch('orders', puts(2), signal)
    service.shout('HTTP/1.1 200 OK\r\n')
    await service.empty()
    expect(await port.batch('orders', puts(2), signal)).toMatchObject(takenTwo)
    expect(service.connections).toBe(2)
    client.destroy()
  })

  it('ends a call that hangs, or whose answer stops half-way, by its time-out', async () => {
    await using service = await playing({}, { bytes: good().subarray(0, 60) })
    const { client, port } = portTo(service.port, { timeoutMs: 60 })
    expect(await port.batch('orders', puts(2), signal)).toMatchObject({ kind: 'lost' })
    expect(await port.single('orders', write({ id: 'a' }), false, signal)).toMatchObject({ kind: 'lost' })
    expect(service.connections).toBe(2)
    client.destroy()
  })

  it('calls it refused when there is no connection: nothing was sent', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port: number } = closed.address() as { port: number }
    await new Promise((resolve) => closed.close(resolve))
    const { client, port } = portTo(number)
    expect(await port.batch('orders', puts(2), signal)).toEqual({
      kind: 'refused',
      reason: 'no connection to DynamoDB (ECONNREFUSED)'
    })
    client.destroy()
  })

  it('reads throttling with its reason, in either spelling', async () => {
    const reasons = [{ reason: 'TableWriteKeyRangeThroughputExceeded', resource: 'arn' }]
    const refusal = (type: string, more: object) => ({
      bytes: rawAnswer(
        JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, ...more }),
        [],
        '400 x'
      )
    })
    await using service = await playing(
      refusal('ProvisionedThroughputExceededException', { ThrottlingReasons: reasons, message: 'k0' }),
      refusal('ThrottlingException', { throttlingReasons: reasons }),
      refusal('RequestLimitExceeded', {})
    )
    const { client, port } = portTo(service.port)
    for (const throttle of [
      'TableWriteKeyRangeThroughputExceeded',
      'TableWriteKeyRangeThroughputExceeded',
      'RequestLimitExceeded'
    ])
      expect(await port.batch('orders', puts(2), signal)).toEqual({
        kind: 'refused',
        throttle,
        reason: `DynamoDB throttles (${throttle})`
      })
    expect(service.connections).toBe(1)
    client.destroy()
  })

  it('finds unprocessed items back in any order, and adds up the units of all tables and indexes', async () => {
    const left =
      '{"PutRequest":{"Item":{"more":{"B":"AQ=="},"id":{"S":"k7"}}}},{"PutRequest":{"Item":{"id":{"S":"k2"}}}}'
    const units =
      '[{"TableName":"t","CapacityUnits":20.5,"Table":{"CapacityUnits":10.0}},{"TableName":"u","CapacityUnits":3.0}]'
    await using service = await playing({
      bytes: rawAnswer(`{"ConsumedCapacity":${units},"UnprocessedItems":{"arn:aws:orders":[${left}]}}`)
    })
    const { client, port } = portTo(service.port)
    const answer = await port.batch('orders', puts(25), signal)
    if (answer.kind !== 'answered') throw new Error(answer.kind)
    const names = answer.outcomes.flatMap((outcome, n) => (outcome === 'left' ? [n] : []))
    expect([names, answer.units]).toEqual([[2, 7], 23.5])
    client.destroy()
  })

  it('corrects its clock by the answer, as the SDK does, and sends once more', async () => {
    const seen: string[] = []
    const serverMs = Date.now() + 3_600_000
    await using service = await rawService(({ head, nth }) => {
      seen.push(/x-amz-date: (\S+)/.exec(head)?.[1] ?? '')
      const date = `Date: ${new Date(serverMs).toUTCString()}`
      return nth === 0
        ? {
            bytes: rawAnswer(
              '{"__type":"com.amazon.coral.service#InvalidSignatureException"}',
              [date],
              '400 x'
            )
          }
        : { bytes: good([date]) }
    })
    const { client, port } = portTo(service.port)
    expect(await port.batch('orders', puts(2), signal)).toMatchObject(takenTwo)
    const hours = seen.map((date) => Number(date.slice(9, 11)))
    expect(((hours[1] ?? 0) - (hours[0] ?? 0) + 24) % 24).toBe(1)
    expect(Math.abs(client.config.systemClockOffset - 3_600_000)).toBeLessThan(60_000)
    client.destroy()
  })

  it('sends every call once more that was under way while the clock was wrong', async () => {
    const serverMs = Date.now() + 3_600_000
    const isRight = (head: string): boolean => {
      const hour = Number(/x-amz-date: \d{8}T(\d\d)/.exec(head)?.[1])
      return hour === new Date(serverMs).getUTCHours()
    }
    const calls = 3
    const allArrived = Promise.withResolvers<void>()
    await using service = await rawService(async ({ head, nth }) => {
      if (nth === calls - 1) allArrived.resolve()
      await allArrived.promise
      const date = `Date: ${new Date(serverMs).toUTCString()}`
      if (isRight(head)) return { bytes: good([date]) }
      const refusal = '{"__type":"com.amazon.coral.service#InvalidSignatureException"}'
      return { bytes: rawAnswer(refusal, [date], '400 x') }
    })
    const { client, port } = portTo(service.port)
    const answers = Array.from({ length: calls }, (_, n) => port.batch('orders', puts(2, 2 * n), signal))
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject(takenTwo)
    expect(service.requests).toHaveLength(2 * calls)
    client.destroy()
  })

  it('calls wrong credentials denied, when the clock is right', async () => {
    const date = `Date: ${new Date().toUTCString()}`
    const bytes = rawAnswer(
      '{"__type":"com.amazon.coral.service#InvalidSignatureException"}',
      [date],
      '400 x'
    )
    await using service = await playing({ bytes })
    const { client, port } = portTo(service.port)
    expect(await port.batch('orders', puts(2), signal)).toMatchObject({ kind: 'denied' })
    expect(service.requests).toHaveLength(1)
    client.destroy()
  })

  it('takes new credentials as the client gets them', async () => {
    let token = 'first'
    const credentials = async () => ({ ...keys, sessionToken: token, expiration: new Date(0) })
    await using service = await playing()
    const { client, port } = portTo(service.port, {}, { credentials })
    await port.batch('orders', puts(2), signal)
    token = 'second'
    await port.batch('orders', puts(2), signal)
    const tokens = service.requests.map(({ head }) => /x-amz-security-token: (\S+)/.exec(head)?.[1])
    expect(tokens).toEqual(['first', 'second'])
    client.destroy()
  })

  it('keeps to its bound of connections, and uses each again', async () => {
    await using service = await rawService(async ({ body }: RawRequest) => {
      const count = body.match(/PutRequest/g)?.length ?? 0
      return { bytes: rawAnswer(body.includes('nothing') ? '{}' : `{"UnprocessedItems":{},"n":${count}}`) }
    })
    const { client, port } = portTo(service.port)
    const calls = Array.from({ length: 400 }, (_, n) =>
      port.batch('orders', puts(1 + (n % 25), n * 25), signal)
    )
    for (const answer of await Promise.all(calls)) expect(answer.kind).toBe('answered')
    expect(service.mostOpen).toBeLessThanOrEqual(96)
    expect(service.requests).toHaveLength(400)
    client.destroy()
    await service.empty()
  })

  it('lets a call that waits for a connection go when its signal strikes', async () => {
    const stop = new AbortController()
    await using service = await rawService(({ nth }) => {
      if (nth === 95) stop.abort()
      return {}
    })
    const { client, port } = portTo(service.port)
    const calls = Array.from({ length: 120 }, (_, n) => port.batch('orders', puts(1, n), stop.signal))
    for (const answer of await Promise.all(calls))
      expect(answer).toEqual({ kind: 'lost', reason: 'DynamoDB had not answered by then' })
    client.destroy()
  })

  it('carries what is larger than its memory, and the bytes of every script', async () => {
    const text = '東京 😀 "quoted" \\ \u0001'.repeat(12_000)
    await using service = await rawService(() => ({ bytes: rawAnswer('{"UnprocessedItems":{}}') }))
    const { client, port } = portTo(service.port)
    const item = write({ id: 'k0', text })
    await port.batch('orders', [item], signal)
    await port.batch('orders', puts(1), signal)
    const sent = service.requests.map(({ body }) => JSON.parse(body).RequestItems.orders[0].PutRequest.Item)
    expect(sent).toEqual([{ id: { S: 'k0' }, text: { S: text } }, { id: { S: 'k0' } }])
    client.destroy()
  })
})

describe('the lean wire through TLS', () => {
  let folder: string
  let files: Awaited<ReturnType<typeof selfSigned>>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wire-tls-'))
    files = await selfSigned(folder)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const tlsService = async (...replies: readonly RawReply[]) =>
    rawService(({ nth }) => replies[nth] ?? { bytes: good() }, {
      cert: await readFile(files.certificateFile),
      key: await readFile(files.keyFile)
    })

  it('takes what a trusted server answers, resumes after a reset, and loses what it must', async () => {
    await using service = await tlsService({ bytes: good() }, { after: 'reset' }, { bytes: good() })
    const { client, port } = portTo(service.port, { tls: { ca: files.ca } })
    expect(await port.batch('orders', puts(2), signal)).toMatchObject(takenTwo)
    expect(await port.batch('orders', puts(2), signal)).toMatchObject({ kind: 'lost' })
    expect(await port.batch('orders', puts(2), signal)).toMatchObject(takenTwo)
    client.destroy()
  })

  it('sends nothing to a server that it does not trust', async () => {
    await using service = await tlsService()
    const { client, port } = portTo(service.port, { tls: {} })
    expect(await port.batch('orders', puts(2), signal)).toMatchObject({ kind: 'refused' })
    expect(service.requests).toEqual([])
    client.destroy()
  })

  it('gives up a handshake that hangs', async () => {
    await using service = await rawService(() => ({}))
    const { client, port } = portTo(service.port, { tls: { ca: files.ca }, timeoutMs: 50 })
    expect(await port.batch('orders', puts(2), signal)).toEqual({
      kind: 'refused',
      reason: 'no connection to DynamoDB (CONNECT_TIMEOUT)'
    })
    client.destroy()
  })
})
