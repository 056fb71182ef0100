import { deflateSync, gzipSync } from 'node:zlib'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { tableList } from '../../api/batch/table-list.ts'
import { type EmbeddedDynamodb, startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { buildApp } from '../../api/receive/app.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import {
  batchText,
  createTables,
  openTestApp,
  outsideClient,
  scanTable,
  type TestApp
} from '../support/test-app.ts'
import { hurriedClock } from '../support/virtual-clock.ts'

const secret = 'Confidential-4711'
const tenMegabytes = 10 * 1024 * 1024

describe('the HTTP service', () => {
  let engine: EmbeddedDynamodb
  let proxy: FaultProxy
  let outside: DynamoDBClient
  let app: TestApp

  beforeAll(async () => {
    engine = await startEmbeddedDynamodb()
    proxy = await startFaultProxy(engine.endpoint)
    outside = outsideClient(engine.endpoint)
    app = openTestApp(proxy.endpoint, { isAllowed: tableList('orders,customer_*'), clock: hurriedClock })
    await createTables(outside, 'orders=id:S', 'customer_a=id:S', 'hidden=id:S')
  })
  beforeEach(() => proxy.play(() => 'pass'))
  afterAll(async () => {
    outside.destroy()
    await app.close()
    await proxy.close()
    await engine.close()
  })

  const body = batchText([
    ['orders', { id: 'a', n: 1 }],
    ['orders', '{"id":"b"}', '{}'],
    ['orders', { id: '' }, null]
  ])
  const answered = [
    [0, { status: 'written' }],
    [1, { status: 'written' }],
    [2, expect.objectContaining({ status: 'rejected', code: 'invalid_key' })]
  ]

  describe('takes a body', () => {
    it.each<readonly [string, string | Uint8Array, Record<string, string>]>([
      ['as plain text', body, {}],
      ['as plain text under a stale content-encoding', body, { 'content-encoding': 'gzip' }],
      ['really gzipped', gzipSync(body), { 'content-encoding': 'gzip' }],
      ['gzipped without a word', gzipSync(body), {}],
      ['deflated', deflateSync(body), { 'content-encoding': 'deflate' }],
      ['pretty-printed', JSON.stringify(JSON.parse(body), undefined, 4), {}],
      ['as text/plain', body, { 'content-type': 'text/plain; charset=utf-8' }],
      ['of a type that nobody knows', body, { 'content-type': 'application/octet-stream' }]
    ])('%s', async (_how, payload, headers) => {
      const reply = await app.post('/push', payload, headers)
      expect([reply.statusCode, reply.headers['content-type']]).toEqual([
        200,
        expect.stringContaining('application/json')
      ])
      expect(reply.json()).toEqual({ data: answered })
    })

    it('with 2 or 3 arguments a row, and none at all', async () => {
      expect((await app.post('/push', '{"data":[]}')).json()).toEqual({ data: [] })
    })

    it('whose options are NULL in any of the ways that Snowflake has', async () => {
      for (const options of ['null', '"null"', '{}', '"{}"'])
        expect((await app.post('/push', `{"data":[[0,"orders",{"id":"a"},${options}]]}`)).json()).toEqual({
          data: [[0, { status: 'written' }]]
        })
    })
  })

  describe('lets one row pay for itself alone', () => {
    it.each([
      ['NaN', '{"id":"bad","n":NaN}'],
      ['-inf in a list', '{"id":"bad","n":[-inf]}'],
      ['undefined', '{"id":"bad","n":undefined}'],
      ['30,000 levels', `{"id":"bad","n":${'['.repeat(30_000)}${']'.repeat(30_000)}}`]
    ])('that holds %s', async (_what, bad) => {
      const reply = await app.post('/push', `{"data":[[0,"orders",{"id":"good"}],[1,"orders",${bad}]]}`)
      expect(reply.json()).toEqual({
        data: [
          [0, { status: 'written' }],
          [1, expect.objectContaining({ status: 'rejected', code: 'unsupported_value' })]
        ]
      })
    })
  })

  describe('refuses as a whole, and writes nothing,', () => {
    it.each<readonly [string, string | Uint8Array]>([
      ['no body', ''],
      ['what is not JSON', `{"data":[[0,"orders",{"id":"${secret}"}]`],
      ['a word that is no value', `{"data":[[0,"orders",{"id":"${secret}","n":None}]]}`],
      ['NaN for a row number', `{"data":[[NaN,"orders",{"id":"${secret}"}]]}`],
      ['no data', `{"rows":[[0,"orders",{"id":"${secret}"}]]}`],
      ['rows that are no arrays', `{"data":[{"id":"${secret}"}]}`],
      ['row numbers that do not start at 0', `{"data":[[1,"orders",{"id":"${secret}"}]]}`],
      ['row numbers with a gap', `{"data":[[0,"orders",{"id":"x"}],[2,"orders",{"id":"${secret}"}]]}`],
      ['row numbers as text', `{"data":[["0","orders",{"id":"${secret}"}]]}`],
      ['one argument', `{"data":[[0,"${secret}"]]}`],
      ['four arguments', `{"data":[[0,"orders",{"id":"${secret}"},{},1]]}`],
      ['a cut-off gzip', gzipSync(body).subarray(0, 40)],
      ['bytes that are not UTF-8', Buffer.concat([Buffer.from('{"data":"'), Buffer.from([0xff, 0xfe])])]
    ])('%s: 400 with a text that holds no row', async (_what, payload) => {
      const before = await scanTable(outside, 'orders')
      const reply = await app.post('/push', payload)
      expect([reply.statusCode, reply.headers['content-type']]).toEqual([
        400,
        expect.stringContaining('text/plain; charset=utf-8')
      ])
      expect(reply.body.length).toBeGreaterThan(20)
      expect(reply.body).not.toContain(secret)
      expect(await scanTable(outside, 'orders')).toEqual(before)
      expect(JSON.stringify(app.lines)).not.toContain(secret)
    })

    it.each<readonly [string, () => string | Uint8Array]>([
      ['a body over 10 MB', () => `{"data":"${'x'.repeat(tenMegabytes)}"}`],
      ['a small body that unpacks to over 10 MB', () => gzipSync(`{"data":"${'x'.repeat(tenMegabytes)}"}`)],
      ['a gzip bomb', () => gzipSync(Buffer.alloc(200 * 1024 * 1024))]
    ])('%s: 413 that names the limit', async (_what, payload) => {
      const reply = await app.post('/push', payload())
      expect([reply.statusCode, reply.body]).toEqual([413, expect.stringContaining('10 MB')])
    })
  })

  describe('allows tables', () => {
    const codes = async (headers: Record<string, string>, tables: readonly string[]) => {
      const reply = await app.post('/push', batchText(tables.map((table) => [table, { id: 'a' }])), headers)
      return (reply.json() as { data: Array<[number, { status: string; code?: string }]> }).data.map(
        ([, { status, code }]) => code ?? status
      )
    }

    it('of its list only, whether the others exist or not', async () => {
      expect(await codes({}, ['orders', 'customer_a', 'customer_b', 'hidden', 'nowhere', 'ORDERS'])).toEqual([
        'written',
        'written',
        'unknown_table',
        'table_not_allowed',
        'table_not_allowed',
        'table_not_allowed'
      ])
    })

    it('narrowed by HEADERS of the function, never widened', async () => {
      expect(
        await codes({ 'sf-custom-push-tables': 'customer_*,hidden' }, ['orders', 'customer_a', 'hidden'])
      ).toEqual(['table_not_allowed', 'written', 'table_not_allowed'])
    })

    it('for reading by the same rules', async () => {
      const read = async (table: string, headers = {}) => {
        const reply = await app.post('/get', batchText([[table, { id: 'nobody' }]]), headers)
        return [reply.statusCode, reply.body]
      }
      const refused = [400, expect.stringContaining('row 0: table_not_allowed')]
      expect(await read('orders')).toEqual([200, '{"data":[[0,null]]}'])
      expect(await read('hidden')).toEqual(refused)
      expect(await read('orders', { 'sf-custom-push-tables': 'customer_*' })).toEqual(refused)
    })
  })

  describe('answers', () => {
    it('404 with a text for a poll that nobody knows, on every route', async () => {
      const own = buildApp({ ...deps(), isAllowed: () => true })
      for (const url of ['/push', '/delete', '/get']) {
        const reply = await own.inject({
          method: 'GET',
          url,
          headers: { 'sf-external-function-query-batch-id': 'x' }
        })
        expect([reply.statusCode, reply.body]).toEqual([404, expect.stringContaining('batch')])
      }
      await own.close()
    })

    it.each([
      ['PUT', '/push'],
      ['DELETE', '/delete'],
      ['POST', '/health'],
      ['POST', '/'],
      ['GET', `/${'x'.repeat(600)}`]
    ] as const)('404 to %s %s', async (method, url) => {
      const own = buildApp({ ...deps(), isAllowed: () => true })
      const reply = await own.inject({ method, url })
      expect([reply.statusCode, reply.body]).toEqual([404, expect.stringContaining('GET /health')])
      await own.close()
    })

    it('health without touching a table', async () => {
      proxy.play(() => 'hang')
      const own = buildApp({ ...deps(), isAllowed: () => true })
      const reply = await own.inject({ method: 'GET', url: '/health' })
      expect([reply.statusCode, reply.json()]).toEqual([200, { status: 'ok', version: 'v7' }])
      expect(proxy.calls).toEqual([])
      await own.close()
    })

    it('503 to a read that the table does not answer, since NULL would be a lie', async () => {
      const stopping = new AbortController()
      const own = openTestApp(proxy.endpoint, { stopping: stopping.signal, clock: hurriedClock })
      await own.get([['orders', { id: 'a' }]])
      proxy.play(({ nth }) => {
        if (nth === 5) stopping.abort()
        return 'throttled'
      })
      const reply = await own.post('/get', batchText([['orders', { id: secret }]]))
      expect([reply.statusCode, reply.body]).toEqual([503, expect.stringContaining('Send it again')])
      expect(reply.body).not.toContain(secret)
      await own.close()
    })

    it.each(['denied', 'empty-answer', 'garbage'] as const)(
      'never NULL to a read that meets: %s',
      async (fault) => {
        const stopping = new AbortController()
        const own = openTestApp(proxy.endpoint, { stopping: stopping.signal, clock: hurriedClock })
        await app.push([['orders', { id: 'a' }]])
        await own.get([['orders', { id: 'a' }]])
        proxy.play(({ nth }) => {
          if (nth === 3) stopping.abort()
          return fault
        })
        expect((await own.post('/get', batchText([['orders', { id: 'a' }]]))).statusCode).toBe(503)
        await own.close()
      }
    )

    it('a read whose faults pass, keys that are left included', async () => {
      const rows = Array.from({ length: 130 }, (_, n) => ['orders', { id: `k${n}`, n }] as const)
      await app.push(rows)
      proxy.play(
        ({ nth }) => (['throttled', 'reset', { unprocessed: 70 }, 'internal-error'] as const)[nth] ?? 'pass'
      )
      expect(await app.get([...rows, ...rows.slice(0, 3)])).toEqual(
        [...rows, ...rows.slice(0, 3)].map(([, item]) => item)
      )
    })

    it("a key that is NULL, has NULL in a key attribute, or is no item's, with NULL", async () => {
      await app.push([['orders', { id: 'a', n: 1 }]])
      expect(
        await app.get([
          ['orders', { id: 'a' }],
          ['orders', null],
          ['orders', { id: null }],
          ['orders', { id: '' }]
        ])
      ).toEqual([{ id: 'a', n: 1 }, null, null, null])
    })

    it.each([
      ['orders', { ID: 'secret' }, /row 1: missing_key: .*OBJECT_CONSTRUCT_KEEP_NULL/],
      ['orders', { id: 7 }, /row 1: key_type: /],
      ['orders', 'secret', /row 1: not_an_object: .*OBJECT_CONSTRUCT/],
      ['customer_gone', { id: 'secret' }, /row 1: unknown_table: /],
      ['hidden', null, /row 1: table_not_allowed: /]
    ])('a read of %s by %j not at all: a rejection never stands where an item could', async (...asked) => {
      const [table, key, words] = asked
      const response = await app.post(
        '/get',
        batchText([
          ['orders', { id: 'a' }],
          [table, key]
        ])
      )
      expect(response.statusCode).toBe(400)
      expect(response.body).not.toContain('secret')
      expect(response.body).toMatch(words)
    })
  })

  it('logs ids and counts of a batch, and never its rows', async () => {
    const user = Buffer.from('ZOË').toString('base64')
    await app.post(
      '/push',
      batchText([
        ['orders', { id: secret }],
        ['orders', { id: 7 }]
      ]),
      {
        'sf-external-function-current-query-id': 'q-1',
        'sf-external-function-query-batch-id': 'q-1:1:2',
        'sf-context-current-user': 'ZO ',
        'sf-context-current-user-base64': user
      }
    )
    expect(app.lines.at(-1)).toMatchObject({
      route: '/push',
      queryId: 'q-1',
      batchId: 'q-1:1:2',
      user: 'ZOË',
      rows: 2,
      written: 1,
      rejected: 1,
      calls: 1
    })
    expect(JSON.stringify(app.lines)).not.toContain(secret)
  })

  const deps = () => ({
    writer: {
      port: undefined as never,
      schemas: undefined as never,
      clock: hurriedClock
    },
    deadlineMs: 1_000,
    version: 'v7',
    log: () => {}
  })
})
