import { describe, expect, it } from 'vitest'
import { startLoad } from '../../api/load/start-load.ts'
import { bulkWorld, orders } from '../support/bulk-world.ts'
import { json } from '../support/rows.ts'

const forever = new AbortController().signal
const manifestOf = (run: string, ...names: string[]) =>
  json(JSON.stringify({ version: 1, run, table: 'orders', files: names.map((name) => ({ name })) }))

describe('a run name that is used a second day with another manifest', () => {
  const secondDay = async () => {
    const world = bulkWorld()
    world.unload('nightly', { 'day1.ndjson': orders(0, 1) })
    await world.arrive('unload/nightly/manifest.json')
    await world.drain()
    world.unload('nightly', { 'day2.ndjson': orders(1, 2) })
    await world.arrive('unload/nightly/manifest.json')
    await world.drain()
    return world
  }
  const refusedOf = ({ lines }: Awaited<ReturnType<typeof secondDay>>): string =>
    String(lines.find(({ event }) => event === 'manifest_refused')?.refused)

  it('is a failed run of its own, which names the run that it wanted', async () => {
    const world = await secondDay()
    const run = refusedOf(world)

    expect(run).toMatch(/^refused-[0-9a-f]{16}$/)
    expect(await world.status(run)).toMatchObject({ run, table: 'orders', state: 'failed' })
    expect((await world.status(run)).errors.join()).toMatch(
      /the run nightly exists with another manifest, so this one was not loaded/
    )
    expect(await world.status('nightly')).toMatchObject({ state: 'complete', rows: { read: 1 } })
  })

  it('is announced and audited like any run that failed, once however often its event comes', async () => {
    const world = await secondDay()
    const run = refusedOf(world)
    await world.arrive('unload/nightly/manifest.json')
    await world.drain()

    expect(world.announced.filter((status) => status.run === run)).toHaveLength(1)
    expect(world.text(`audit/runs/${run}/0.ndjson`)).toContain('"state":"failed"')
    expect(world.lines.filter((line) => line.event === 'run_ended' && line.run === run)).toHaveLength(1)
  })

  it('is not redriven into anything: its redrive ends with the same words', async () => {
    const world = await secondDay()
    const run = refusedOf(world)
    await world.redrive(run)
    await world.drain()

    expect(await world.status(run)).toMatchObject({ state: 'failed' })
    expect((await world.status(run)).errors.join()).toContain('the run nightly exists')
    expect(world.ids()).toEqual(['r0000'])
  })

  it('is refused in the same way when it cannot even be read', async () => {
    const world = bulkWorld()
    world.unload('nightly', { 'day1.ndjson': orders(0, 1) })
    await world.arrive('unload/nightly/manifest.json')
    await world.drain()
    world.put('unload/nightly/manifest.json', 'not json')
    await world.arrive('unload/nightly/manifest.json')
    await world.drain()

    expect(world.announced.at(-1)).toMatchObject({ run: expect.stringMatching(/^refused-/), state: 'failed' })
    expect(await world.status('nightly')).toMatchObject({ state: 'complete' })
  })
})

describe('a run that a call has started', () => {
  it('is opened by one message, not by its arrival as well', async () => {
    const world = bulkWorld()
    world.put('unload/r1/a.ndjson', orders(0, 10))
    await startLoad(
      world.deps,
      { table: 'orders', manifest: manifestOf('r1', 'a.ndjson'), options: null },
      forever
    )
    await world.arrive('unload/r1/manifest.json')
    await world.drain()

    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { written: 10 } })
    expect(world.lines.filter(({ event }) => event === 'chunk_visited')).toHaveLength(1)
  })

  it('fails with the reason when its manifest is replaced before the loader reads it', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'evil.ndjson': orders(0, 3) })
    const replacement = world.text('unload/r1/manifest.json')
    world.store.objects.delete('unload/r1/manifest.json')
    world.put('unload/r1/a.ndjson', orders(0, 10))
    await startLoad(
      world.deps,
      { table: 'orders', manifest: manifestOf('r1', 'a.ndjson'), options: null },
      forever
    )
    world.put('unload/r1/manifest.json', replacement)
    await world.arrive('unload/r1/manifest.json')
    await world.drain()

    expect(await world.status('r1')).toMatchObject({ state: 'failed', chunks: { total: 0 } })
    expect((await world.status('r1')).errors.join()).toMatch(/was replaced before it was read/)
    expect(world.ids()).toEqual([])
    expect(world.announced.map(({ run }) => run).toSorted()).toEqual([
      'r1',
      expect.stringMatching(/^refused-/)
    ])
  })

  it('starts again with the announced manifest, and with no other', async () => {
    const world = bulkWorld()
    world.put('unload/r1/a.ndjson', orders(0, 10))
    const start = (...names: string[]) =>
      startLoad(world.deps, { table: 'orders', manifest: manifestOf('r1', ...names), options: null }, forever)
    await start('a.ndjson')
    world.unload('r1', { 'evil.ndjson': orders(0, 3) })
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'failed' })

    expect((await start('b.ndjson')).errors.join()).toMatch(/choose another run name/)
    expect(await start('a.ndjson')).toMatchObject({ state: 'running' })
    await world.drain()

    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { written: 10 }, errors: [] })
  })

  it('is known to nobody else when another manifest lies in its folder already', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'other.ndjson': orders(0, 3) })
    const status = await startLoad(
      world.deps,
      { table: 'orders', manifest: manifestOf('r1', 'a.ndjson'), options: null },
      forever
    )

    expect(status).toMatchObject({ state: 'failed', errors: [expect.stringContaining('another manifest')] })
    await expect(world.status('r1')).rejects.toThrow('nobody knows the run r1')
  })
})

describe('an object that starts nothing', () => {
  it.each(['drop/orders.ndjson', 'unload/a/b/manifest.json'])('%s is said in the log', async (key) => {
    const world = bulkWorld()
    world.put(key, orders(0, 1))
    await world.arrive(key)
    await world.drain()

    expect(world.lines).toContainEqual(expect.objectContaining({ event: 'arrival_ignored' }))
  })
})
