import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { maxRowTextBytes } from '../../api/json/long-text.ts'
import { keptChunk } from '../../api/load/kept-chunk.ts'
import { folderStore } from '../../api/local/folder-store.ts'
import { type BulkWorld, bulkWorld, ndjson } from '../support/bulk-world.ts'

// A row over 4 MiB is not set aside whole: the rejected file says where it stands in its chunk.

const long = `{"id":"long","text":"${'x'.repeat(maxRowTextBytes)}"}`
const before = ndjson({ id: 'a' }, { id: 'b' })
const whole = `${before}${long}\n${ndjson({ id: 'c' })}`
/** The chunk with another row in the place of the long one, every other byte where it was. */
const mended = (row: string): string =>
  `${before}${row}${'\n'.repeat(long.length - row.length)}\n${ndjson({ id: 'c' })}`

const loaded = async (name: string, content: string | Uint8Array): Promise<BulkWorld> => {
  const world = bulkWorld()
  world.unload('r1', { [name]: content })
  await world.arrive('unload/r1/manifest.json')
  await world.drain()
  expect(await world.status('r1')).toMatchObject({
    state: 'complete',
    rows: { read: 4, written: 3, rejected: 1 }
  })
  return world
}
const redriven = async (world: BulkWorld) => {
  await world.redrive('r1')
  await world.drain()
  return (await world.status('r1')).rows
}
const setAside = (world: BulkWorld, name: string): string =>
  gunzipSync(world.store.objects.get(`rejected/r1/${name}.ndjson.gz`) ?? gzipSync('')).toString()

describe.each([
  ['plain', 'a.ndjson', (text: string) => Buffer.from(text)],
  ['gzip', 'a.ndjson.gz', (text: string) => gzipSync(text)]
])('a row over 4 MiB of a chunk that is %s', (_, name, pack) => {
  it('stays set aside at a redrive, with its place, as long as it stands there', async () => {
    const world = await loaded(name, pack(whole))
    const aside = setAside(world, name)
    expect(aside).toContain(`"bytes":[${before.length},${before.length + long.length}]`)
    expect(await redriven(world)).toMatchObject({ written: 3, rejected: 1 })
    expect(setAside(world, name)).toBe(aside)
  })

  it('is read again from its chunk, which was mended where it lies', async () => {
    const world = await loaded(name, pack(whole))
    world.put(`done/r1/${name}`, pack(mended('{"id":"short"}')))
    expect(await redriven(world)).toMatchObject({ read: 4, written: 4, rejected: 0 })
    expect(world.ids()).toEqual(['a', 'b', 'c', 'short'])
  })
})

describe('a row over 4 MiB', () => {
  it('that was mended into another that cannot be written is set aside whole', async () => {
    const world = await loaded('a.ndjson', whole)
    world.put('done/r1/a.ndjson', mended('{"ID":"short"}'))
    expect(await redriven(world)).toMatchObject({ written: 3, rejected: 1 })
    expect(JSON.parse(setAside(world, 'a.ndjson'))).toMatchObject({
      number: 2,
      code: 'missing_key',
      row: { ID: 'short' }
    })
  })

  it('is what the rejected file says where that has a row by now', async () => {
    const world = await loaded('a.ndjson', whole)
    world.put('done/r1/a.ndjson', mended('{"id":"chunk"}'))
    const line = { ...(JSON.parse(setAside(world, 'a.ndjson')) as object), row: { id: 'inline' } }
    world.put('rejected/r1/a.ndjson.ndjson.gz', gzipSync(`${JSON.stringify(line)}\n`))
    await redriven(world)
    expect(world.ids()).toEqual(['a', 'b', 'c', 'inline'])
  })

  it.each([
    ['gone', undefined],
    ['something else', gzipSync('x')],
    ['cut off', before],
    ['of other lines', `${before}${`{"n":"${'1'.repeat(1_000)}"}\n`.repeat(5_000)}`],
    ['shifted by a byte', ` ${mended('{"id":"short"}')}`.replace('}\n{"id":"short"', '},{"id":"short"')]
  ])('stays set aside where its chunk is %s', async (_, chunk) => {
    const world = await loaded('a.ndjson', whole)
    const aside = setAside(world, 'a.ndjson')
    if (chunk === undefined) world.store.objects.delete('done/r1/a.ndjson')
    else world.put('done/r1/a.ndjson', chunk)
    expect(await redriven(world)).toMatchObject({ written: 3, rejected: 1 })
    expect(setAside(world, 'a.ndjson')).toBe(aside)
  })

  it('is found in any order, in a folder too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'push-long-'))
    const store = folderStore(folder)
    await store.write('done/r/c.ndjson', Buffer.from('{"n":1}\n{"n":2}\n{"n":3}\n'))
    const chunk = keptChunk(
      store,
      { run: 'r', chunk: 'c.ndjson' },
      { type: 'ndjson', compression: 'auto' },
      undefined
    )
    const texts: (string | undefined)[] = []
    for (const range of [
      [8, 15],
      [0, 7],
      [16, 23],
      [1, 7],
      [8, 23],
      [99, 120]
    ] as const) {
      const row = await chunk.rowAt(range)
      texts.push(row && 'item' in row ? String((row.item as { text(): string }).text()) : undefined)
    }
    expect(texts).toEqual(['{"n":2}', '{"n":1}', '{"n":3}', '{"n":1}', undefined, undefined])
    await rm(folder, { recursive: true, force: true })
  })
})
