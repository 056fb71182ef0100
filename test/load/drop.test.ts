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

  it('is no data by its name: it is skipped and named, and stops nothing', async () => {
    const world = bulkWorld()
    const markers = [
      '_SUCCESS',
      '_committed_123',
      '.a.ndjson.crc',
      'a.ndjson.crc',
      '.DS_Store',
      'sub/',
      '_delta_log/0.json'
    ]
    for (const name of markers) world.put(`drop/orders/${name}`, '{}')
    world.put('drop/orders/day=1/_day=2/a.ndjson', orders(0, 2))
    await world.arrive(...markers.map((name) => `drop/orders/${name}`), 'drop/orders/day=1/_day=2/a.ndjson')
    await world.drain()

    expect(world.announced).toMatchObject([{ state: 'complete', rows: { written: 2 } }])
    expect(world.lines.filter(({ event }) => event === 'arrival_skipped').map(({ key }) => key)).toEqual(
      markers.map((name) => `drop/orders/${name}`)
    )
    expect(world.deadLetters).toEqual([])
  })

  it('that is uploaded anew while the one before is moved away is loaded as well', async () => {
    const world = bulkWorld()
    const store = {
      ...world.store,
      async copy(...asked: Parameters<typeof world.store.copy>) {
        await world.store.copy(...asked)
        if (asked[1].startsWith('done/')) world.put('drop/orders/a.ndjson', orders(2, 5))
      }
    }
    world.put('drop/orders/a.ndjson', orders(0, 2))
    await world.arrive('drop/orders/a.ndjson')
    await world.drain({
      life: (deps) => ({ deps: { ...deps, store }, deadline: new AbortController().signal })
    })
    expect(world.store.keys('drop/')).toEqual(['drop/orders/a.ndjson'])
    await world.arrive('drop/orders/a.ndjson')
    await world.drain()
    expect(world.ids()).toHaveLength(5)
    expect(world.store.keys('drop/')).toEqual([])
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
