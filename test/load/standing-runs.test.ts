import { describe, expect, it } from 'vitest'
import { lookAfterRuns } from '../../api/load/look-after-runs.ts'
import { startLoad } from '../../api/load/start-load.ts'
import { bulkWorld, orders } from '../support/bulk-world.ts'
import { json } from '../support/rows.ts'

const forever = new AbortController().signal
const minutes = 60_000

/** A world whose queue loses every message that is sent while `isLossy`. */
const lossyWorld = () => {
  const world = bulkWorld()
  const loss = { isLossy: true }
  const deps: typeof world.deps = {
    ...world.deps,
    queue: { send: async (...sent) => (loss.isLossy ? undefined : world.deps.queue.send(...sent)) }
  }
  const look = (waitedMs = 0) => lookAfterRuns(deps, waitedMs, forever)
  const standing = () => world.lines.filter(({ event }) => event === 'run_stands')
  return { ...world, deps, loss, look, standing }
}

describe('a run whose messages are lost', () => {
  const lost = async () => {
    const world = lossyWorld()
    world.put('unload/r1/a.ndjson', orders(0, 10))
    const manifest = json('{"version":1,"run":"r1","files":[{"name":"a.ndjson"}]}')
    await startLoad(world.deps, { table: 'orders', manifest: manifest, options: null }, forever)
    world.loss.isLossy = false
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'running', chunks: { total: 0 } })
    return world
  }

  it('is left alone for a quarter of an hour, then named and brought back', async () => {
    const world = await lost()
    await world.clock.sleep(10 * minutes)
    await world.look()
    expect(world.standing()).toEqual([])

    await world.clock.sleep(10 * minutes)
    await world.look()
    expect(world.standing()).toMatchObject([{ run: 'r1', state: 'opening', seconds: 1200, isTooLong: false }])
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { written: 10 } })
  })

  it('of its chunks as well', async () => {
    const world = lossyWorld()
    world.unload('r1', { 'a.ndjson': orders(0, 10), 'b.ndjson': orders(10, 20) })
    await world.arrive('unload/r1/manifest.json')
    await world.drain({ life: () => ({ deps: world.deps, deadline: forever }) })
    expect(await world.status('r1')).toMatchObject({ state: 'running', chunks: { total: 2, settled: 0 } })
    world.loss.isLossy = false

    await world.clock.sleep(20 * minutes)
    await world.look()
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { written: 20 } })
  })

  it('waits with all others while the queue has a backlog: nothing is sent twice', async () => {
    const world = await lost()
    await world.clock.sleep(5 * 60 * minutes)
    await world.look(10 * minutes)

    expect(world.standing()).toMatchObject([{ run: 'r1', isTooLong: true }])
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'running' })
  })

  it('is a person’s business after two hours', async () => {
    const world = await lost()
    await world.clock.sleep(3 * 60 * minutes)
    await world.look()

    expect(world.standing()).toMatchObject([{ isTooLong: true }])
  })
})

describe('a run that is over', () => {
  it('is looked at no more', async () => {
    const world = lossyWorld()
    world.loss.isLossy = false
    world.unload('r1', { 'a.ndjson': orders(0, 10) })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    await world.clock.sleep(60 * minutes)
    await world.look()

    expect(world.standing()).toEqual([])
  })

  it('is on the list again while it is redriven', async () => {
    const world = lossyWorld()
    world.loss.isLossy = false
    world.unload('r1', { 'a.ndjson': `${orders(0, 10)}{"n":1}\n` })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    world.loss.isLossy = true
    await world.redrive('r1')
    await world.drain({ life: () => ({ deps: world.deps, deadline: forever }) })
    await world.clock.sleep(20 * minutes)
    await world.look()

    expect(world.standing()).toMatchObject([{ run: 'r1' }])
  })
})
