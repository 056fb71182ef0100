import { describe, expect, it } from 'vitest'
import { type BulkTable, bulkTables } from '../../api/load/bulk-tables.ts'
import { startLoad } from '../../api/load/start-load.ts'
import { bulkWorld, ndjson, orders } from '../support/bulk-world.ts'
import { json } from '../support/rows.ts'

const forever = new AbortController().signal

/** A world with one item to lose, whose manifests nobody has announced. */
const worldWith = (tables?: readonly BulkTable[]) => {
  const world = bulkWorld({ tables: '*' })
  world.port.items.set('S"vip"', {} as never)
  const deps = { ...world.deps, bulkTables: bulkTables(tables) }
  return { ...world, deps, drain: () => world.drain({ life: () => ({ deps, deadline: forever }) }) }
}
const evil = { table: 'secret', options: { mode: 'delete' } }

describe('a manifest that no call announced', () => {
  it('deletes from no table, unless the deployment says so', async () => {
    const world = worldWith()
    world.unload('evil', { 'd.ndjson': ndjson({ id: 'r0001' }) }, evil)
    await world.arrive('unload/evil/manifest.json')
    await world.drain()

    expect(world.port.calls).toHaveLength(0)
    expect(await world.status('evil')).toMatchObject({ state: 'failed' })
    expect((await world.status('evil')).errors.join()).toMatch(/table_not_allowed: no call announced/)
  })

  it.each<[tables: readonly BulkTable[] | undefined, options: object, state: string]>([
    [undefined, {}, 'complete'],
    [['orders'], {}, 'complete'],
    [['ord*'], {}, 'complete'],
    [['events'], {}, 'failed'],
    [[], {}, 'failed'],
    [['orders'], { mode: 'delete' }, 'failed'],
    [[{ table: 'orders', deletes: false }], { mode: 'delete' }, 'failed'],
    [[{ table: 'orders', deletes: true }], { mode: 'delete' }, 'complete'],
    [[{ table: 'orders', deletes: true }], {}, 'complete']
  ])('with bulk.tables %j and options %j is %s', async (tables, options, state) => {
    const world = worldWith(tables)
    world.unload('r1', { 'a.ndjson': orders(0, 3) }, { options })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()

    expect(await world.status('r1')).toMatchObject({ state })
  })

  it('is within the same bounds when it is a file in drop/, with options beside it', async () => {
    const world = worldWith()
    world.put('drop/orders/_options.json', JSON.stringify({ mode: 'delete' }))
    world.put('drop/orders/a.ndjson', orders(0, 3))
    await world.arrive('drop/orders/a.ndjson')
    await world.drain()

    expect(world.announced).toMatchObject([{ state: 'failed', table: 'orders' }])
  })

  it('loads once a call announces it', async () => {
    const world = worldWith([])
    world.unload('r1', { 'a.ndjson': orders(0, 3) })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'failed' })

    const manifest = json(world.text('unload/r1/manifest.json'))
    await startLoad(world.deps, { table: 'orders', manifest: manifest, options: null }, forever)
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { written: 3 } })
  })

  it('cannot stand in for one that a call has announced, nor for one that is redriven', async () => {
    const world = worldWith([])
    world.put('unload/r1/a.ndjson', orders(0, 3))
    const announced = '{"version":1,"run":"r1","table":"orders","files":[{"name":"gone.ndjson"}]}'
    await startLoad(world.deps, { table: 'orders', manifest: json(announced), options: null }, forever)
    await world.drain()
    expect((await world.status('r1')).errors.join()).toContain('gone.ndjson is not in the bucket')
    world.unload('r1', { 'a.ndjson': orders(0, 3) }, { table: 'secret' })
    await world.redrive('r1')
    await world.drain()

    expect(await world.status('r1')).toMatchObject({ state: 'failed' })
    expect(world.port.calls).toHaveLength(0)
  })
})

describe('a call', () => {
  it('is bound by the service and by its function alone', async () => {
    const world = worldWith([])
    world.put('unload/r1/a.ndjson', orders(0, 3))
    const manifest = json(
      '{"version":1,"run":"r1","options":{"mode":"delete"},"files":[{"name":"a.ndjson"}]}'
    )
    await startLoad(world.deps, { table: 'orders', manifest: manifest, options: null }, forever)
    await world.drain()

    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { deleted: 3 } })
  })
})
