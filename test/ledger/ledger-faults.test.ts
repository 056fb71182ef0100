import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { documentText } from '../../api/ledger/document.ts'
import type { LedgerStore } from '../../api/ledger/ledger-store.ts'
import { type LedgerSettings, openLedger } from '../../api/ledger/open-ledger.ts'
import { toStored } from '../../api/ledger/record-form.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { badAnswers, goodAnswer } from '../support/bad-answers.ts'
import { type RawReply, type RawRequest, rawAnswer, rawService } from '../support/raw-service.ts'
import { selfSigned } from '../support/self-signed.ts'

const record = { pk: 'batch#1', sk: 'batch', rev: 2, expires_at: 2_000_000_000, owner: 'one', list: [1, ''] }
const item = (held: object) => `{"Item":${documentText(toStored({ ...record, ...held }))}}`
const good = (body = item({})) => goodAnswer(body)
const error = (type: string, status = '400 x', more = {}): RawReply => ({
  bytes: rawAnswer(
    JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, ...more }),
    [],
    status
  )
})
const refused = error('ConditionalCheckFailedException')
/** Waits cost no time; how long they would have been is told. */
const quick = () => {
  const waits: number[] = []
  return { waits, clock: { ...systemClock, sleep: async (ms: number) => void waits.push(ms) } }
}
const ledgerTo = (port: number, settings: LedgerSettings = {}) => {
  const { waits, clock } = quick()
  const endpoint = `${settings.tls ? 'https' : 'http'}://127.0.0.1:${port}`
  return { ...openLedger({ endpoint, answerMs: 20_000, clock, ...settings }), waits }
}
const playing = (...replies: readonly RawReply[]) =>
  rawService(({ nth }) => replies[nth] ?? { bytes: good() })
const operations = (requests: readonly RawRequest[]) =>
  requests.map(({ head }) => /x-amz-target: DynamoDB_\d+\.(\w+)/i.exec(head)?.[1])

const passing: ReadonlyArray<readonly [string, RawReply]> = [
  ...badAnswers(item({})),
  ['an empty object that is not of DynamoDB', { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}' }],
  ['throttling', error('ProvisionedThroughputExceededException')],
  ['throttling of the account', error('ThrottlingException')]
]

describe('the ledger by the wire', () => {
  it.each(passing)('asks again after %s', async (_what, reply) => {
    await using service = await playing(reply)
    const { ledger, waits, close } = ledgerTo(service.port)
    expect(await ledger.get(record)).toEqual(record)
    expect(service.requests).toHaveLength(2)
    expect(waits).toHaveLength(1)
    close()
  })

  it.each(passing)('gives up after three attempts with %s', async (_what, reply) => {
    await using service = await rawService(() => reply)
    const { ledger, waits, close } = ledgerTo(service.port)
    await expect(ledger.put(record, 1)).rejects.toThrow()
    expect(service.requests).toHaveLength(3)
    expect(waits).toHaveLength(2)
    close()
  })

  it.each(['AccessDeniedException', 'ResourceNotFoundException', 'ValidationException'])(
    'does not repeat what is answered with %s, and throws it by this name',
    async (name) => {
      await using service = await rawService(() => error(name, '400 x', { message: 'why' }))
      const { ledger, meters, pushes, close } = ledgerTo(service.port)
      const labels = { route: 'push' }
      for (const call of [
        () => ledger.get(record),
        () => ledger.put(record, 1),
        () => ledger.add(record, 1, 0),
        () => ledger.join(record, 'one', 1, 0),
        () => meters.get('orders'),
        () => pushes.add(record, labels, { written: 1 }, 0)
      ])
        await expect(call()).rejects.toMatchObject({ name, message: 'why' })
      expect(service.requests).toHaveLength(6)
      close()
    }
  )

  it('ends a call that hangs, or whose answer stops half-way, by its time-out', async () => {
    await using service = await playing({}, { bytes: good().subarray(0, 60) })
    const { ledger, close } = ledgerTo(service.port, { answerMs: 60 })
    expect(await ledger.get(record)).toEqual(record)
    expect(service.connections).toBe(3)
    close()
  })

  it('gives up where there is no connection', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port } = closed.address() as { port: number }
    await new Promise((resolve) => closed.close(resolve))
    const { ledger, waits, close } = ledgerTo(port)
    await expect(ledger.get(record)).rejects.toMatchObject({ name: 'NotSent', code: 'ECONNREFUSED' })
    expect(waits).toHaveLength(2)
    close()
  })

  it('takes no 200 without the counter for a counter', async () => {
    await using service = await playing(
      { bytes: rawAnswer('{}') },
      { bytes: good('{"Attributes":{"amount":{"N":"7"}}}') }
    )
    const { ledger, close } = ledgerTo(service.port)
    expect(await ledger.add(record, 1, 0)).toBe(7)
    close()
  })

  it('leaves to the SDK an endpoint that the wire cannot reach as the SDK does', async () => {
    await using service = await playing()
    const endpoint = `http://127.0.0.1:${service.port}/an%20odd/path`
    const { ledger, close } = ledgerTo(service.port, { endpoint })
    expect(await ledger.get(record)).toEqual(record)
    expect(service.requests.map(({ head }) => head)).toEqual([expect.stringContaining('amz-sdk-request')])
    close()
  })

  // Idle ones end by themselves, but later.
  it('has its connections ended', { timeout: 5_000 }, async () => {
    await using service = await playing()
    const { ledger, close } = ledgerTo(service.port)
    await Promise.all([ledger.get(record), ledger.get(record)])
    close()
    await service.empty()
  })

  it('goes through TLS', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ledger-tls-'))
    const { ca, certificateFile, keyFile } = await selfSigned(folder)
    const tls = { cert: await readFile(certificateFile), key: await readFile(keyFile) }
    await using service = await rawService(
      ({ nth }) => (nth === 0 ? { after: 'reset' } : { bytes: good() }),
      tls
    )
    await rm(folder, { recursive: true })
    const { ledger, close } = ledgerTo(service.port, { tls: { ca } })
    expect(await ledger.get(record)).toEqual(record)
    close()
  })
})

describe.each(['wire', 'sdk'] as const)('a put by the %s', (kind) => {
  it.each<readonly [string, object, boolean]>([
    ['its own record', {}, true],
    ['what somebody else wrote', { owner: 'another' }, false],
    ['a later record', { rev: 3 }, false]
  ])('that is repeated and then refused finds %s', async (_what, stored, isOurs) => {
    await using service = await playing(error('InternalServerError', '500 x'), refused, {
      bytes: good(item(stored))
    })
    const { ledger, close } = ledgerTo(service.port, { kind })
    expect(await ledger.put(record, 1)).toBe(isOurs)
    expect(operations(service.requests)).toEqual(['PutItem', 'PutItem', 'GetItem'])
    close()
  })

  it('that is refused at once looks no further', async () => {
    await using service = await playing(refused)
    const { ledger, close } = ledgerTo(service.port, { kind })
    expect(await ledger.put(record, 1)).toBe(false)
    expect(service.requests).toHaveLength(1)
    close()
  })
})

describe.each(['wire', 'sdk'] as const)('a list by the %s', (kind) => {
  const list = async (ledger: LedgerStore, prefix: string) => Array.fromAsync(ledger.list(record.pk, prefix))

  it('asks for a prefix only where there is one: DynamoDB takes no empty text for a key', async () => {
    await using service = await rawService(() => ({ bytes: rawAnswer('{"Items":[]}') }))
    const { ledger, close } = ledgerTo(service.port, { kind })
    await list(ledger, 'chunk#')
    await list(ledger, '')
    expect(service.requests.map(({ body }) => JSON.parse(body).ExpressionAttributeValues)).toEqual([
      { ':pk': { S: record.pk }, ':prefix': { S: 'chunk#' } },
      { ':pk': { S: record.pk } }
    ])
    close()
  })

  it('goes on behind the last key of a page, past a fault and an empty page', async () => {
    const [{ Item }, last] = [JSON.parse(item({})), { pk: { S: 'p' }, sk: { S: 's' } }]
    const page = (more: object): RawReply => ({ bytes: rawAnswer(JSON.stringify(more)) })
    await using service = await playing(
      page({ Items: [Item], LastEvaluatedKey: last }),
      error('InternalServerError', '500 x'),
      page({ Items: [], LastEvaluatedKey: last }),
      page({ Items: [Item] })
    )
    const { ledger, close } = ledgerTo(service.port, { kind })
    expect(await list(ledger, '')).toEqual([record, record])
    expect(service.requests.map(({ body }) => JSON.parse(body).ExclusiveStartKey)).toEqual([
      undefined,
      ...[last, last, last]
    ])
    close()
  })
})

describe.each(['wire', 'sdk'] as const)('a change of a meter by the %s', (kind) => {
  it('takes the meter out of the refusal where it is sent', async () => {
    const Item = JSON.parse(documentText({ pk: 'meter#t', sk: 'meter', rev: 1, rate: 100.5, tail: 3 }))
    await using service = await playing(error('ConditionalCheckFailedException', '400 x', { Item }))
    const { meters, close } = ledgerTo(service.port, { kind })
    const changed = await meters.change('t', { add: { tail: 1 }, when: [['tail', '=', 2]] })
    expect(changed).toMatchObject({ isMade: false, meter: { rate: 100.5, tail: 3 } })
    expect(service.requests.map(({ body }) => JSON.parse(body))).toMatchObject([
      { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }
    ])
    close()
  })
})
