import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { JsonObject } from '../../api/json/json-value.ts'
import { requestRun, startLoad } from '../../api/load/start-load.ts'
import { bulkWorld, orders } from '../support/bulk-world.ts'
import { json } from '../support/rows.ts'

const forever = new AbortController().signal

describe('a manifest that cannot start a run', () => {
  const broken: ReadonlyArray<readonly [what: string, manifest: object | string, error: RegExp]> = [
    ['is not JSON', '{"version":', /not JSON/],
    ['is not an object', '[1]', /not an object/],
    ['is not text', '\u001f', /not JSON|unpacked/],
    ['has no version', { version: 2 }, /version is to be the number 1/],
    ['has an unknown member', { colour: 1 }, /unknown member colour/],
    ['names another run than its folder', { run: 'other' }, /another run than its folder/],
    ['names no table', { table: null }, /names no table/],
    ['names a file twice', { files: [{ name: 'a.ndjson' }, { name: 'a.ndjson' }] }, /file a\.ndjson twice/],
    ['names a file that is not there', { files: [{ name: 'b.ndjson' }] }, /b\.ndjson is not in the bucket/],
    ['leaves its folder by ..', { files: [{ name: '../r2/a.ndjson' }] }, /leaves the run's folder/],
    ['leaves its folder by /', { files: [{ name: '/a.ndjson' }] }, /leaves the run's folder/],
    ['names itself', { files: [{ name: 'manifest.json' }] }, /leaves the run's folder/],
    ['names a file of no known format', { files: [{ name: 'a.xlsx' }] }, /says no format/],
    ['names a table outside the allow-list', { table: 'secrets' }, /table_not_allowed/],
    ['has options that nobody knows', { options: { mod: 'put' } }, /did you mean mode/],
    ['has a rate of no number', { options: { max_wcu: 'fast' } }, /max_wcu takes write units/],
    [
      'nests without end',
      `{"version":1,"table":"orders","options":{"if":${'['.repeat(30_000)}${']'.repeat(30_000)}},"files":[]}`,
      /option if/
    ],
    ['has names beyond a key', { files: [{ name: `${'x'.repeat(1000)}.csv` }] }, /files is to be/]
  ]
  it.each(broken)('fails its run when it %s, says why, and loads nothing', async (_, manifest, error) => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': orders(0, 3) }, typeof manifest === 'string' ? {} : manifest)
    if (typeof manifest === 'string') world.put('unload/r1/manifest.json', manifest)
    await world.arrive('unload/r1/manifest.json')
    await world.drain()

    const status = await world.status('r1')
    expect(status).toMatchObject({ state: 'failed', chunks: { total: 0 } })
    expect(status.errors.join()).toMatch(error)
    expect(world.ids()).toEqual([])
    expect(world.store.keys('unload/r1/a.ndjson')).toHaveLength(1)
    expect(world.announced).toMatchObject([{ run: 'r1', state: 'failed' }])
    expect(world.deadLetters).toEqual([])
  })

  it('fails for a table that is allowed and not there', async () => {
    const world = bulkWorld({ tables: '*' })
    world.unload('r1', { 'a.ndjson': orders(0, 3) }, { table: 'gone' })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    expect((await world.status('r1')).errors).toEqual([expect.stringMatching(/^unknown_table/)])
  })

  it('shows the first errors of many, and how many more there are', async () => {
    const world = bulkWorld()
    const files = Array.from({ length: 40 }, (_, n) => ({ name: `no-${n}.csv` }))
    world.unload('r1', {}, { files })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    const { errors } = await world.status('r1')
    expect(errors).toHaveLength(6)
    expect(errors.at(-1)).toBe('and 35 more')
  })

  it('starts with the manifest as it is by then when it is mended and the run redriven', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': orders(0, 3) })
    const whole = world.text('unload/r1/manifest.json')
    world.put('unload/r1/manifest.json', whole.slice(0, -1))
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    world.put('unload/r1/manifest.json', whole)
    await world.redrive('r1')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({
      state: 'complete',
      rows: { read: 3, written: 3 },
      errors: []
    })
  })

  it('fails again, and does not hang, when the manifest is gone by then', async () => {
    const world = bulkWorld()
    world.unload('r1', {}, { version: 3 })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    await world.store.remove('unload/r1/manifest.json')
    await world.redrive('r1')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'failed', errors: [/is gone/] })
  })
})

describe('a run', () => {
  it('of no files is complete', async () => {
    const world = bulkWorld()
    world.unload('r1', {})
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({
      state: 'complete',
      chunks: { total: 0 },
      rows: { expected: 0, read: 0 }
    })
    expect(world.announced).toHaveLength(1)
  })

  it('skips what is no data by its name, and says so once', async () => {
    const world = bulkWorld()
    const markers = [
      '_SUCCESS',
      'part-0.ndjson.crc',
      '.hidden.ndjson',
      'folder/',
      '_metadata',
      '_committed_1',
      '_started_1'
    ]
    world.unload(
      'r1',
      { 'a.ndjson': orders(0, 2) },
      { files: [...markers.map((name) => ({ name })), { name: 'a.ndjson', rows: 2 }] }
    )
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({
      state: 'complete',
      chunks: { total: 1, settled: 1 },
      rows: { expected: 2, read: 2, written: 2 },
      errors: [
        'skipped, since their names are not those of data: _SUCCESS, part-0.ndjson.crc, .hidden.ndjson, folder/, _metadata and 2 more'
      ]
    })
  })

  it('loads a file of such a name where the manifest promises rows of it', async () => {
    const world = bulkWorld()
    world.unload('r1', { '_a.ndjson': orders(0, 2) }, { files: [{ name: '_a.ndjson', rows: 2 }] })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { written: 2 }, errors: [] })
  })

  it('loads all others when a file has a name of no known format, and ends as failed', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': orders(0, 2), 'notes.docx': 'no rows' })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({
      state: 'failed',
      chunks: { total: 2, settled: 1, failed: 1 },
      rows: { written: 2 },
      errors: [expect.stringMatching(/^notes\.docx: the name of the chunk says no format/)]
    })
    expect(world.store.keys('failed/r1/')).toEqual(['failed/r1/notes.docx'])
  })

  it('has a gzipped manifest, too', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': orders(0, 3) })
    world.put('unload/r1/manifest.json', gzipSync(world.text('unload/r1/manifest.json')))
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { written: 3 } })
  })

  it('does not start by the arrival of its chunks', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': orders(0, 3) })
    await world.arrive('unload/r1/a.ndjson', 'done/r1/manifest.json', 'unload/r1/deep/manifest.json')
    await world.drain()
    expect(world.ids()).toEqual([])
  })

  const manifest = json('{"version":1,"run":"r1","files":[{"name":"a.ndjson","rows":3}]}')
  it('is one run however it is started, by its arrival, by a call, or by both', async () => {
    const world = bulkWorld()
    world.put('unload/r1/a.ndjson', orders(0, 3))
    const first = await startLoad(world.deps, { table: 'orders', manifest, options: null }, forever)
    expect(first).toMatchObject({ run: 'r1', state: 'running' })
    // No worker has looked at it yet, and whoever asks is told.
    expect(await world.status('r1')).toMatchObject({ run: 'r1', table: 'orders', state: 'running' })
    await world.arrive('unload/r1/manifest.json')
    await startLoad(world.deps, { table: 'orders', manifest, options: null }, forever)
    await world.drain()
    const after = await startLoad(world.deps, { table: 'orders', manifest, options: null }, forever)
    expect(after).toMatchObject({ state: 'complete', rows: { expected: 3, read: 3, written: 3 } })
    expect(world.announced).toHaveLength(1)
  })

  it('is one run when a command of ours asks for it, with a manifest that is no text yet', async () => {
    const world = bulkWorld()
    world.put('unload/r1/a.ndjson', orders(0, 3))
    const whole = { run: 'r1', table: 'orders', queryId: undefined, files: [{ name: 'a.ndjson', rows: 3 }] }
    const begun = await requestRun(world.deps, { ...whole, options: new JsonObject() }, forever)
    expect(begun).toMatchObject({ state: 'running' })
    await startLoad(world.deps, { table: 'orders', manifest, options: null }, forever)
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { written: 3 } })

    const outside = { ...whole, run: 'r2', options: null, files: [{ name: '../r1/a.ndjson', rows: null }] }
    await expect(requestRun(world.deps, outside, forever)).rejects.toThrow("leaves the run's folder")
    expect(await world.deps.store.head('unload/r2/manifest.json')).toBeUndefined()
  })

  it('refuses another manifest under its name, by call and by arrival', async () => {
    const world = bulkWorld()
    world.put('unload/r1/a.ndjson', orders(0, 3))
    await startLoad(world.deps, { table: 'orders', manifest, options: null }, forever)
    await world.drain()
    const other = json('{"version":1,"run":"r1","files":[{"name":"b.ndjson"}]}')
    const refused = await startLoad(world.deps, { table: 'orders', manifest: other, options: null }, forever)
    expect(refused).toMatchObject({ state: 'failed', errors: [/another manifest/] })
    world.put('unload/r1/b.ndjson', orders(5, 6))
    world.put('unload/r1/manifest.json', '{"version":1,"table":"orders","files":[{"name":"b.ndjson"}]}')
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { read: 3 } })
    expect(world.lines).toContainEqual(expect.objectContaining({ event: 'manifest_refused' }))
  })

  it('refuses arguments and manifest that contradict each other', async () => {
    const world = bulkWorld({ tables: '*' })
    const named = json('{"version":1,"table":"orders","options":{"names":"lower"},"files":[]}')
    const start = (table: string, options: string | null) =>
      startLoad(
        world.deps,
        { table, manifest: named, options: options === null ? null : json(options) },
        forever
      )
    expect(await start('others', null)).toMatchObject({ state: 'failed', errors: [/another table/] })
    expect(await start('orders', '{"names":"camel"}')).toMatchObject({ errors: [/other options/] })
    expect(await start('orders', '{"names":"lower"}')).toMatchObject({ state: 'running' })
  })

  it('takes options that say nothing for none', async () => {
    const world = bulkWorld()
    world.put('unload/r1/a.ndjson', orders(0, 3))
    await startLoad(world.deps, { table: 'orders', manifest, options: null }, forever)
    await world.drain()
    const again = await startLoad(world.deps, { table: 'orders', manifest, options: json('{}') }, forever)
    expect(again).toMatchObject({ state: 'complete', rows: { read: 3 } })
  })

  it('without a name is named by its manifest', async () => {
    const world = bulkWorld()
    const nameless = json('{"version":1,"files":[]}')
    const a = await startLoad(world.deps, { table: 'orders', manifest: nameless, options: null }, forever)
    const b = await startLoad(world.deps, { table: 'orders', manifest: nameless, options: null }, forever)
    expect(a.run).toMatch(/^[0-9a-f]{32}$/)
    expect(b.run).toBe(a.run)
  })
})
