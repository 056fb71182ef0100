import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Engine } from '../support/engines.ts'
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { openEngine } from '../support/open-engine.ts'
import { replaceTable, tableInput } from '../support/replace-table.ts'
import { createTables, JsonText, openTestApp, outsideClient, type TestApp } from '../support/test-app.ts'

const written = { status: 'written' }
const stale = { status: 'stale' }

describe('rows through HTTP', () => {
  let engine: Engine
  let proxy: FaultProxy
  let outside: DynamoDBClient
  let app: TestApp
  let id = ''
  let count = 0

  beforeAll(async () => {
    engine = await openEngine(process.env)
    proxy = await startFaultProxy(engine.endpoint)
    outside = outsideClient(engine.endpoint)
    app = openTestApp(proxy.endpoint)
    await createTables(outside, 'meaning=id:S')
  })
  beforeEach(() => {
    proxy.play(() => 'pass')
    count += 1
    id = `row ${count}`
  })
  afterAll(async () => {
    outside.destroy()
    await app.close()
    await proxy.close()
    await engine.stop()
  })

  const push = async (item: object, options: object = {}) =>
    (await app.push([['meaning', { id, ...item }, options]]))[0]
  const pushText = async (item: string, options: object = {}) =>
    (await app.push([['meaning', new JsonText(item), options]]))[0]
  const stored = async () => (await app.get([['meaning', { id }]]))[0]
  const lose = (fault: Fault, nth = 0) => proxy.play((call) => (call.nth === nth ? fault : 'pass'))

  describe('update', () => {
    it('sets only the given attributes and creates the item where there is none', async () => {
      expect(await push({ a: 1, b: 2 }, { mode: 'update' })).toEqual(written)
      expect(await push({ b: 3, c: null }, { mode: 'update' })).toEqual(written)
      expect(await stored()).toEqual({ id, a: 1, b: 3, c: null })
    })

    it('of nothing but the key makes the item be there', async () => {
      expect(await push({}, { mode: 'update' })).toEqual(written)
      expect(await stored()).toEqual({ id })
    })

    it('removes NULL attributes when asked to', async () => {
      await push({ a: 1, b: 2 })
      expect(await push({ a: null, c: 3 }, { mode: 'update', nulls: 'remove' })).toEqual(written)
      expect(await stored()).toEqual({ id, b: 2, c: 3 })
    })

    it.each([
      'status',
      'a.b',
      'two words',
      'größe',
      '😀',
      '#x',
      ':y',
      'SET',
      'constructor',
      '__proto__',
      '1st',
      'a[0]'
    ])('takes the attribute name %s', async (name) => {
      const item = `{"id":${JSON.stringify(id)},${JSON.stringify(name)}:7}`
      expect(await pushText(item, { mode: 'update', version: name })).toEqual(written)
      expect(await pushText(item.replace(':7', ':6'), { mode: 'update', version: name })).toEqual(stale)
      const reply = await app.post('/get', JSON.stringify({ data: [[0, 'meaning', { id }]] }))
      expect(reply.body).toContain(`${JSON.stringify(name)}:7`)
    })
  })

  describe('delete', () => {
    it('removes the item, by either function, looking at the key only', async () => {
      await push({ a: 1 })
      expect(await push({ a: { '': 1 } }, { mode: 'delete' })).toEqual({ status: 'deleted' })
      expect(await stored()).toBeNull()
      await push({ a: 1 })
      expect(await app.push([['meaning', { id }]], '/delete')).toEqual([{ status: 'deleted' }])
      expect(await stored()).toBeNull()
    })

    it('of nothing is deleted, too', async () => {
      expect(await push({}, { mode: 'delete' })).toEqual({ status: 'deleted' })
    })

    it('refuses another mode on its own route', async () => {
      expect(await app.push([['meaning', { id }, { mode: 'put' }]], '/delete')).toMatchObject([
        { status: 'rejected', code: 'invalid_options' }
      ])
    })
  })

  describe('the option if', () => {
    it('absent writes once', async () => {
      expect(await push({ a: 1 }, { if: 'absent' })).toEqual(written)
      expect(await push({ a: 2 }, { if: 'absent' })).toEqual({ status: 'condition_failed' })
      expect(await stored()).toEqual({ id, a: 1 })
    })

    it('present writes only what is there', async () => {
      expect(await push({ a: 1 }, { if: 'present', mode: 'update' })).toEqual({ status: 'condition_failed' })
      expect(await stored()).toBeNull()
      await push({ a: 1 })
      expect(await push({ b: 1 }, { if: 'present', mode: 'update' })).toEqual(written)
    })

    it('takes an expression with names and values of its own', async () => {
      await push({ status: 'open', limit: 10 })
      const guard = (limit: number) => ({
        if: {
          expression: '#p0 = :p0 AND #limit >= :limit',
          names: { '#p0': 'status', '#limit': 'limit' },
          values: { ':p0': 'open', ':limit': limit }
        }
      })
      expect(await push({ status: 'closed', limit: 5 }, guard(11))).toEqual({ status: 'condition_failed' })
      expect(await push({ status: 'closed', limit: 5 }, guard(9))).toEqual(written)
      expect(await stored()).toEqual({ id, status: 'closed', limit: 5 })
    })

    it.each(['limit >', 'nofunction(id)', '#missing = :missing', 'status = :a'])(
      'that DynamoDB cannot read is invalid_options: %s',
      async (expression) => {
        expect(await push({ a: 1 }, { if: { expression } })).toMatchObject({
          status: 'rejected',
          code: 'invalid_options'
        })
      }
    )

    it('false for a versioned delete of nothing is condition_failed, not deleted', async () => {
      const guard = { mode: 'delete', version: 'v', if: 'present' }
      expect(await push({ v: 3 }, guard)).toEqual({ status: 'condition_failed' })
    })

    it('holds together with a version', async () => {
      await push({ v: 1, status: 'open' })
      const guard = {
        version: 'v',
        if: { expression: '#s = :s', names: { '#s': 'status' }, values: { ':s': 'closed' } }
      }
      expect(await push({ v: 2 }, guard)).toEqual({ status: 'condition_failed' })
      expect(await push({ v: 0 }, guard)).toEqual(stale)
    })
  })

  describe('the option version', () => {
    const version = { version: 'v' }

    it('lets the newer row win whichever comes first', async () => {
      expect(await push({ v: 2, a: 'two' }, version)).toEqual(written)
      expect(await push({ v: 1, a: 'one' }, version)).toEqual(stale)
      expect(await push({ v: 10, a: 'ten' }, version)).toEqual(written)
      expect(await stored()).toEqual({ id, v: 10, a: 'ten' })
    })

    it('compares 38 digits', async () => {
      const digits = '9'.repeat(37)
      const item = (last: number) => `{"id":${JSON.stringify(id)},"v":${digits}${last}}`
      expect(await pushText(item(7), version)).toEqual(written)
      expect(await pushText(item(6), version)).toEqual(stale)
      expect(await pushText(item(8), version)).toEqual(written)
    })

    it('writes over an item that has no version yet', async () => {
      await push({ a: 1 })
      expect(await push({ v: 1 }, version)).toEqual(written)
    })

    it.each([
      ['another type', 'one'],
      ['a boolean', true],
      ['NULL', null],
      ['a list', [1]]
    ])('is stale against %s, and says so', async (_what, held) => {
      await push({ v: held })
      expect(await push({ v: 5 }, version)).toEqual({
        status: 'stale',
        message: expect.stringContaining('type')
      })
    })

    it('of the same height is stale, unless the item is the same', async () => {
      const more = { ...version, ttl: { attribute: 'ttl', days: 7 }, stamp: 'from' }
      await push({ v: 1, a: 1 }, more)
      expect(await push({ v: 1, a: 2 }, more)).toEqual(stale)
      expect(await push({ v: 1.0, a: 1 }, { ...more, ttl: { attribute: 'ttl', days: 8 } })).toEqual(written)
      expect(await push({ v: 1, a: 1 }, { ...version, mode: 'update' })).toEqual(written)
      expect(await push({ v: 1, a: 3 }, { ...version, mode: 'update' })).toEqual(stale)
    })

    it('guards updates', async () => {
      await push({ v: 2, a: 1, b: 1 })
      expect(await push({ v: 1, a: 9 }, { ...version, mode: 'update' })).toEqual(stale)
      expect(await push({ v: 3, a: 9 }, { ...version, mode: 'update' })).toEqual(written)
      expect(await stored()).toEqual({ id, v: 3, a: 9, b: 1 })
    })

    it('guards deletes', async () => {
      await push({ v: 2 })
      expect(await push({ v: 1 }, { ...version, mode: 'delete' })).toEqual(stale)
      expect(await push({ v: 3 }, { ...version, mode: 'delete' })).toEqual({ status: 'deleted' })
      expect(await stored()).toBeNull()
    })

    it('keeps a tombstone, so that an older put after the delete stays stale', async () => {
      const remove = { ...version, mode: 'delete', tombstone: { attribute: 'gone', days: 1 } }
      await push({ v: 1, a: 1 })
      expect(await push({ v: 5 }, remove)).toEqual({ status: 'deleted' })
      expect(await stored()).toEqual({ id, v: 5, gone: expect.any(Number) })
      expect(await push({ v: 4, a: 1 }, version)).toEqual(stale)
      expect(await push({ v: 5 }, remove)).toEqual({ status: 'deleted' })
      expect(await push({ v: 6, a: 6 }, version)).toEqual(written)
      expect(await stored()).toEqual({ id, v: 6, a: 6 })
    })

    it('never takes a living item of the same version for a tombstone', async () => {
      await push({ v: 5 }, version)
      const remove = { ...version, mode: 'delete', tombstone: { attribute: 'gone', days: 1 } }
      expect(await push({ v: 5 }, remove)).toEqual(stale)
    })

    it('sends updates of one key in the order of their versions', async () => {
      const rows = [3, 1, 2].map(
        (v) => ['meaning', { id, v, [`a${v}`]: v }, { ...version, mode: 'update' }] as const
      )
      expect(await app.push(rows)).toEqual([written, written, written])
      expect(await stored()).toEqual({ id, v: 3, a1: 1, a2: 2, a3: 3 })
    })
  })

  describe('rows of one key without a version', () => {
    it('have the effect of one after another', async () => {
      await push({ old: true })
      const rows = [
        ['meaning', { id, a: 1 }, { mode: 'update' }],
        ['meaning', { id, b: 1 }],
        ['meaning', { id, c: 1 }, { mode: 'update' }],
        ['meaning', { id, b: 2 }, { mode: 'update' }]
      ] as const
      expect(await app.push(rows)).toEqual([{ status: 'superseded' }, written, written, written])
      expect(await stored()).toEqual({ id, b: 2, c: 1 })
    })
  })

  describe('a lost answer', () => {
    it.each<Fault>(['applied-reset', 'applied-internal-error', 'applied-empty', 'cut-off-answer'])(
      'does not turn a written row into stale or condition_failed: %s',
      async (fault) => {
        await push({ v: 1 })
        lose(fault)
        expect(await push({ v: 2, a: 1 }, { version: 'v' })).toEqual(written)
        lose(fault)
        expect(await push({ v: 3, a: 2 }, { version: 'v', mode: 'update' })).toEqual(written)
        lose(fault)
        expect(await push({}, { mode: 'delete', if: 'present' })).toEqual({ status: 'deleted' })
        lose(fault)
        expect(await push({ a: 1 }, { if: 'absent' })).toEqual(written)
        expect(await stored()).toEqual({ id, a: 1 })
      }
    )

    it('of a call that was not applied leaves the true reason', async () => {
      await push({ v: 9, a: 1 })
      lose('reset')
      expect(await push({ v: 2 }, { version: 'v' })).toEqual(stale)
      lose('internal-error')
      expect(await push({ a: 2 }, { if: 'absent' })).toEqual({ status: 'condition_failed' })
    })
  })

  describe('the option skip_unchanged', () => {
    const skip = {
      skip_unchanged: true,
      types: { tags: 'SS', sizes: 'NS' },
      ttl: { attribute: 'ttl', days: 1 },
      stamp: 'from'
    }
    const item = { n: 1, tags: ['a', 'b'], sizes: [1, 2], m: { x: [1, { y: null }] } }

    it('writes nothing when numbers and sets are equal by value', async () => {
      expect(await push(item, skip)).toEqual(written)
      proxy.play(() => 'pass')
      expect(
        await pushText(
          `{"m":{"x":[1e0,{"y":null}]},"tags":["b","a","a"],"sizes":[2.0,1],"n":1.00,"id":${JSON.stringify(id)}}`,
          { ...skip, ttl: { attribute: 'ttl', days: 2 } }
        )
      ).toEqual({ status: 'unchanged' })
      expect(proxy.calls.map(({ operation }) => operation)).toEqual(['BatchGetItem'])
      expect(app.lines.at(-1)).toMatchObject({ calls: 1, readUnits: expect.any(Number), unchanged: 1 })
      expect(app.lines.at(-1)?.readUnits).toBeGreaterThan(0)
    })

    it('writes what differs in one digit or one attribute', async () => {
      await push(item, skip)
      expect(await push({ ...item, n: 1.000001 }, skip)).toEqual(written)
      expect(await push({ ...item, n: 1.000001, more: '' }, skip)).toEqual(written)
      expect(await push({ n: 1.000001 }, { skip_unchanged: true, mode: 'update' })).toEqual({
        status: 'unchanged'
      })
    })
  })

  describe('the option dry_run', () => {
    it('checks everything, decides duplicates, and neither writes nor reads', async () => {
      const dry = { dry_run: true, version: 'v' }
      const rows = [
        ['meaning', { id, v: 1 }, dry],
        ['meaning', { id, v: 2 }, dry],
        ['meaning', { id: 5, v: 1 }, dry]
      ] as const
      expect(await app.push(rows)).toMatchObject([
        { status: 'superseded' },
        { status: 'valid' },
        { status: 'rejected', code: 'key_type' }
      ])
      expect(proxy.calls.filter(({ operation }) => operation !== 'DescribeTable')).toEqual([])
      expect(await stored()).toBeNull()
    })
  })

  describe('keys of a secondary index', () => {
    it('may be absent but must fit', async () => {
      await createTables(outside, 'indexed=id:S')
      await replaceTable(outside, tableInput('indexed', { id: 'S' }, { region: 'S' }))
      const results = await app.push([
        ['indexed', { id: 'a' }],
        ['indexed', { id: 'b', region: 'north' }],
        ['indexed', { id: 'c', region: 7 }],
        ['indexed', { id: 'd', region: '' }],
        ['indexed', { id: 'e', region: null }],
        ['indexed', { id: 'f', region: null }, { nulls: 'omit' }],
        ['indexed', { id: 'g', region: 'x'.repeat(2049) }],
        ['indexed', { id: 'h', region: 7 }, { mode: 'update' }],
        ['indexed', { id: 'i', region: 7 }, { mode: 'delete' }]
      ])
      expect(results.map((result) => ('code' in result ? result.code : result.status))).toEqual([
        'written',
        'written',
        'key_type',
        'invalid_key',
        'key_type',
        'written',
        'invalid_key',
        'key_type',
        'deleted'
      ])
    })
  })
})
