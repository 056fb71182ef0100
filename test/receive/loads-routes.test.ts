import { describe, expect, it } from 'vitest'
import { buildApp } from '../../api/receive/app.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { type BulkWorld, bulkWorld, orders } from '../support/bulk-world.ts'
import { type Arguments, batchText } from '../support/test-app.ts'

const appOf = ({ deps }: BulkWorld, hasLoads = true) =>
  buildApp({
    writer: deps.writer,
    isAllowed: deps.isAllowed,
    deadlineMs: 20_000,
    version: 'test',
    log: () => {},
    ...(hasLoads ? { loads: deps } : {})
  })
type App = ReturnType<typeof appOf>

const post = (
  app: App,
  url: string,
  rows: readonly (readonly unknown[])[],
  headers: Record<string, string> = {}
) =>
  app.inject({
    method: 'POST',
    url,
    headers,
    payload: Buffer.from(batchText(rows as unknown as Arguments[]))
  })
const answers = async (...args: Parameters<typeof post>): Promise<unknown[]> => {
  const reply = await post(...args)
  expect(reply.statusCode).toBe(200)
  return (reply.json() as { data: [number, unknown][] }).data.map(([, value]) => value)
}
const manifest = { version: 1, run: 'r1', files: [{ name: 'a.ndjson', rows: 3 }] }

describe('POST /loads', () => {
  it('starts a run and answers its status; the status routes follow it to its end', async () => {
    const world = bulkWorld()
    const app = appOf(world)
    world.put('unload/r1/a.ndjson', orders(0, 3))
    expect(await answers(app, '/loads', [['orders', manifest]])).toMatchObject([
      { run: 'r1', state: 'running' }
    ])
    await world.drain()
    const [status] = await answers(app, '/loads/status', [['r1']])
    expect(status).toEqual(await world.status('r1'))
    expect(status).toMatchObject({ state: 'complete', rows: { expected: 3, read: 3, written: 3 } })
  })

  it('takes manifest and options as text that holds JSON, and NULL options as none', async () => {
    const world = bulkWorld()
    const app = appOf(world)
    world.put('unload/r1/a.ndjson', orders(0, 3))
    const rows = [['orders', JSON.stringify(manifest), '{"names":"lower"}']]
    expect(await answers(app, '/loads', rows)).toMatchObject([{ state: 'running' }])
    const other = { ...manifest, run: 'r2' }
    expect(await answers(app, '/loads', [['orders', other, null]])).toMatchObject([
      { run: 'r2', state: 'running' }
    ])
    expect(world.text('unload/r1/manifest.json')).toContain('"options":{"names":"lower"}')
  })

  it('answers options that nest without end as any that are wrong', async () => {
    const world = bulkWorld()
    world.put('unload/r1/a.ndjson', orders(0, 3))
    const deep = `{"if":${'['.repeat(30_000)}${']'.repeat(30_000)}}`
    await answers(appOf(world), '/loads', [['orders', JSON.stringify(manifest), deep]])
    await world.drain()
    expect(await world.status('r1')).toMatchObject({
      state: 'failed',
      errors: [expect.stringContaining('option if')]
    })
  })

  it('answers bad rows with a status of their own, beside good ones', async () => {
    const world = bulkWorld()
    const rows = [
      [null, manifest],
      ['secrets', manifest],
      ['orders', { version: 9 }],
      ['orders', null],
      ['orders', manifest, 7],
      ['orders', manifest]
    ]
    const statuses = await answers(appOf(world), '/loads', rows)
    expect(statuses.map((status) => (status as { state: string }).state)).toEqual([
      'failed',
      'failed',
      'failed',
      'failed',
      'failed',
      'running'
    ])
    expect(statuses[1]).toMatchObject({ errors: [/^table_not_allowed/] })
  })
})

describe('POST /loads/status and /loads/redrive', () => {
  it('answer NULL for a run that nobody knows', async () => {
    const app = appOf(bulkWorld())
    expect(await answers(app, '/loads/status', [['nobody'], [null], [5]])).toEqual([null, null, null])
    expect(await answers(app, '/loads/redrive', [['nobody'], ['nobody', { names: 'lower' }]])).toEqual([
      null,
      null
    ])
  })

  it('send what was set aside through again, with other options', async () => {
    const world = bulkWorld()
    const app = appOf(world)
    world.unload('r1', { 'a.ndjson': '{"ID":"k1"}\n' })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    const bad = await answers(app, '/loads/redrive', [['r1', { nmes: 'lower' }]])
    expect(bad).toMatchObject([
      { state: 'complete', errors: [/^invalid_options: .*names/, /^warning: all/, /missing_key/] }
    ])
    expect(await answers(app, '/loads/redrive', [['r1', '{"names":"lower"}']])).toMatchObject([
      { state: 'running' }
    ])
    expect(await answers(app, '/loads/redrive', [['r1', { names: 'camel' }]])).toMatchObject([
      { state: 'running', errors: expect.arrayContaining([expect.stringMatching(/has not ended/)]) }
    ])
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { written: 1, rejected: 0 } })
  })

  it('show a run whose manifest names no table only to functions that are not narrowed', async () => {
    const world = bulkWorld()
    world.put('unload/r1/manifest.json', 'no manifest')
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    const app = appOf(world)
    expect(await answers(app, '/loads/status', [['r1']])).toMatchObject([{ state: 'failed', table: '' }])
    expect(await answers(app, '/loads/status', [['r1']], { 'sf-custom-push-tables': 'orders' })).toEqual([
      null
    ])
  })

  it("know only runs of tables that the function's push-tables allow", async () => {
    const world = bulkWorld({ tables: '*' })
    const app = appOf(world)
    world.unload('r1', { 'a.ndjson': orders(0, 1) })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    const narrowed = { 'sf-custom-push-tables': 'others' }
    expect(await answers(app, '/loads/status', [['r1']], narrowed)).toEqual([null])
    expect(await answers(app, '/loads/redrive', [['r1']], narrowed)).toEqual([null])
    expect(await answers(app, '/loads', [['orders', manifest]], narrowed)).toMatchObject([
      { state: 'failed' }
    ])
    expect(await answers(app, '/loads/status', [['r1']], { 'sf-custom-push-tables': 'ord*' })).toMatchObject([
      { run: 'r1' }
    ])
  })
})

describe('POST /loads/cancel', () => {
  const user = { 'sf-context-current-user': 'ADA', 'sf-context-current-user-base64': 'QURB' }

  it('ends a run by the name of its user; again, and of an ended or unknown run, it answers what is', async () => {
    const world = bulkWorld()
    const app = appOf(world)
    world.put('unload/r1/a.ndjson', orders(0, 3))
    await answers(app, '/loads', [['orders', manifest]])
    const cancelled = { run: 'r1', state: 'failed', errors: ['cancelled by ADA'] }
    expect(await answers(app, '/loads/cancel', [['r1'], ['nobody'], [null]], user)).toMatchObject([
      cancelled,
      null,
      null
    ])
    await world.drain()
    expect(await answers(app, '/loads/cancel', [['r1']])).toMatchObject([cancelled])

    await answers(app, '/loads/redrive', [['r1']])
    await world.drain()
    const [status] = await answers(app, '/loads/cancel', [['r1']], user)
    expect(status).toMatchObject({ state: 'complete', rows: { expected: 3, written: 3 }, errors: [] })
  })

  it("knows only runs of tables that the function's push-tables allow", async () => {
    const world = bulkWorld()
    const app = appOf(world)
    await answers(app, '/loads', [['orders', manifest]])
    expect(await answers(app, '/loads/cancel', [['r1']], { 'sf-custom-push-tables': 'others' })).toEqual([
      null
    ])
    expect(await world.status('r1')).toMatchObject({ state: 'running' })
  })
})

describe('a run name that cannot be', () => {
  it.each(['/loads/status', '/loads/redrive', '/loads/cancel'])(
    'is NULL on %s, and its neighbours have their answers',
    async (route) => {
      const world = bulkWorld()
      const app = appOf(world)
      world.unload('r1', { 'a.ndjson': orders(0, 1) })
      await world.arrive('unload/r1/manifest.json')
      await world.drain()
      const names = ['r'.repeat(2_045), 'r'.repeat(65), '', 'a/b', 'é', null, 7, 'r1']

      const statuses = await answers(
        app,
        route,
        names.map((name) => [name])
      )
      expect(statuses.slice(0, -1)).toEqual(names.slice(0, -1).map(() => null))
      expect(statuses.at(-1)).toMatchObject({ run: 'r1' })
    }
  )
})

describe('the loads routes', () => {
  it.each(['/loads', '/loads/status', '/loads/redrive', '/loads/cancel'])(
    '%s: a poll finds no batch; no bulk part, no route',
    async (route) => {
      const polled = await appOf(bulkWorld()).inject({
        method: 'GET',
        url: route,
        headers: { 'sf-external-function-query-batch-id': 'b' }
      })
      expect(polled.statusCode).toBe(404)
      expect(polled.body).toMatch(/No batch with this id/)
      const absent = await post(appOf(bulkWorld(), false), route, [['r1']])
      expect(absent.statusCode).toBe(404)
      expect(absent.body).toMatch(/There is no POST/)
    }
  )

  it.each(['/loads', '/loads/status', '/loads/redrive', '/loads/cancel'])(
    '%s asks to be called again when the ledger does not answer',
    async (route) => {
      const world = bulkWorld()
      Object.assign(world.ledger, {
        async get() {
          throw new Error('the ledger does not answer')
        }
      })
      const rows = route === '/loads' ? [['orders', manifest]] : [['r1']]
      const reply = await post(appOf(world), route, rows)
      expect(reply.statusCode).toBe(503)
      expect(reply.body).toMatch(/safe to send the call again/)
    }
  )

  it('refuse what is not the protocol', async () => {
    const reply = await post(appOf(bulkWorld()), '/loads/status', [['a', 'b', 'c']])
    expect(reply.statusCode).toBe(400)
  })
})

describe('POST /loads/plan', () => {
  it('says what a load would cost, and writes nothing', async () => {
    const world = bulkWorld()
    world.put('unload/r1/a.ndjson', orders(0, 3))
    const rows = [
      ['orders', manifest],
      ['secrets', manifest]
    ]
    // Chunks are really read meanwhile: a simulated clock would not wait for them.
    const writer = { ...world.deps.writer, clock: systemClock }
    const app = appOf({ ...world, deps: { ...world.deps, clock: systemClock, writer } })
    expect(await answers(app, '/loads/plan', rows)).toMatchObject([
      { table: 'orders', rows: 3, write_units: 3, dollars: '0.000001875', errors: [] },
      { rows: null, errors: [expect.stringContaining('table_not_allowed')] }
    ])
    expect(world.ids()).toEqual([])
    expect(world.deadLetters).toEqual([])
  })
})
