import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bulkWorld, orders } from '../support/bulk-world.ts'

describe('a file in drop/', () => {
  it('is a run of one: CSV with a numeric key, as a plain COPY writes it', async () => {
    const world = bulkWorld({ keyType: 'N' })
    world.put('drop/orders/data_0_0_0.csv', 'id,amount\n1,12.50\n2,\\N\n00003,9\nx,1\n')
    await world.arrive('drop/orders/data_0_0_0.csv')
    await world.drain()

    const [status] = world.announced
    expect(status).toMatchObject({
      table: 'orders',
      state: 'complete',
      rows: { expected: null, read: 4, written: 3, rejected: 1 }
    })
    expect(world.ids()).toEqual(['1', '2', '3'])
    expect(world.store.keys('drop/')).toEqual([])
    expect(world.store.keys(`done/${status?.run}/`)).toEqual([`done/${status?.run}/data_0_0_0.csv`])
    const [rejected] = world.store.keys('rejected/')
    const line = gunzipSync(world.store.objects.get(rejected ?? '') ?? Buffer.alloc(0)).toString()
    expect(JSON.parse(line)).toMatchObject({
      number: 3,
      code: 'key_type',
      row: { id: 'x', amount: '1' }
    })
  })

  it('takes its options from _options.json beside it, which is no chunk', async () => {
    const world = bulkWorld()
    world.put('drop/orders/_options.json', '{"names":"lower"}')
    world.put('drop/orders/a.ndjson', '{"ID":"k1"}\n')
    await world.arrive('drop/orders/_options.json', 'drop/orders/a.ndjson')
    await world.drain()
    expect(world.ids()).toEqual(['k1'])
    expect(world.announced).toHaveLength(1)
  })

  it('fails with the reason when its options are wrong, and starts by a redrive when they are mended', async () => {
    const world = bulkWorld()
    world.put('drop/orders/_options.json', '{"names"')
    world.put('drop/orders/a.ndjson', orders(0, 2))
    await world.arrive('drop/orders/a.ndjson')
    await world.drain()
    const run = world.announced[0]?.run ?? ''
    expect(await world.status(run)).toMatchObject({
      state: 'failed',
      errors: [/_options\.json is not a JSON object/]
    })
    await world.store.remove('drop/orders/_options.json')
    await world.redrive(run)
    await world.drain()
    expect(await world.status(run)).toMatchObject({ state: 'complete', rows: { written: 2 } })
  })

  it('of a table that is not allowed is left where it lies', async () => {
    const world = bulkWorld()
    world.put('drop/secrets/a.ndjson', orders(0, 2))
    await world.arrive('drop/secrets/a.ndjson')
    await world.drain()
    expect(world.announced).toMatchObject([{ state: 'failed', errors: [/table_not_allowed/] }])
    expect(world.store.keys('drop/secrets/')).toHaveLength(1)
  })

  it('is another run when the same name arrives with other content', async () => {
    const world = bulkWorld()
    for (const content of [orders(0, 2), orders(2, 5)]) {
      world.put('drop/orders/a.ndjson', content)
      await world.arrive('drop/orders/a.ndjson')
      await world.drain()
    }
    expect(new Set(world.announced.map(({ run }) => run)).size).toBe(2)
    expect(world.ids()).toHaveLength(5)
  })
})
