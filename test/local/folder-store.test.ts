import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderStore } from '../../api/local/folder-store.ts'
import { allOf, inPieces, joined, randomBytesOf, textBytes } from '../support/bytes.ts'

let home: string
let folder: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'folder-store-'))
  folder = join(home, 'bucket')
})
afterEach(() => rm(home, { recursive: true, force: true }))

describe('a file of the folder', () => {
  it('lies under its key, where it can be mended by hand', async () => {
    const store = folderStore(folder)
    const before = await store.write('rejected/run-1/a.ndjson', textBytes('bad'))
    await writeFile(join(folder, 'rejected/run-1/a.ndjson'), 'mended')

    expect(await store.head('rejected/run-1/a.ndjson')).toMatchObject({ bytes: 6 })
    expect((await store.head('rejected/run-1/a.ndjson'))?.etag).not.toBe(before?.etag)
  })

  it('is an object when it was put there by hand; links and odd names are not', async () => {
    await mkdir(join(folder, 'drop/orders'), { recursive: true })
    await writeFile(join(folder, 'drop/orders/a.csv'), 'id\n1\n')
    await writeFile(join(folder, 'drop/orders/README'), '')
    await symlink('/etc/passwd', join(folder, 'drop/orders/b.csv'))

    const store = folderStore(folder)
    expect((await allOf(store.list(''))).map(({ key }) => key)).toEqual(['drop/orders/a.csv'])
    await expect(store.read('drop/orders/b.csv', 1_000_000)).rejects.toThrow('ELOOP')
  })

  it('is changed to its reader once it is replaced or written to', async () => {
    const store = folderStore(folder)
    const reading = async (meanwhile: () => Promise<unknown>) => {
      const object = await store.writeStream('a.bin', inPieces(randomBytesOf(1_000_000), 100_000))
      for await (const _ of store.stream(object)) await meanwhile()
    }

    await expect(reading(() => folderStore(folder).write('a.bin', textBytes('new')))).rejects.toMatchObject({
      code: 'changed'
    })
    await expect(reading(() => writeFile(join(folder, 'a.bin'), 'new'))).rejects.toMatchObject({
      code: 'changed'
    })
    await expect(reading(() => store.remove('a.bin'))).rejects.toMatchObject({ code: 'not_found' })
  })

  it('stays the same to its reader when the same content is written again', async () => {
    const store = folderStore(folder)
    const content = randomBytesOf(600_000)
    const object = await store.writeStream('a.bin', inPieces(content, 100_000))
    const pieces: Uint8Array[] = []
    for await (const piece of store.stream(object)) {
      pieces.push(piece)
      if (pieces.length === 1) await store.write('a.bin', content)
    }

    expect(Buffer.compare(Buffer.concat(pieces), content)).toBe(0)
  })
})

describe('the ETag', () => {
  it('tells contents of one size apart, however fast they follow and whoever wrote them', async () => {
    const [one, other] = [folderStore(folder), folderStore(folder)]
    for (let n = 100; n < 200; n += 1) {
      const written = await (n % 2 === 0 ? one : other).write('a.txt', textBytes(`text ${n}`))
      expect(await one.head('a.txt')).toEqual(written)
      expect(await other.head('a.txt')).toEqual(written)
    }
  })

  it('tells them apart within one tick of the file system, too', async () => {
    const store = folderStore(folder)
    const path = join(folder, 'a.txt')
    const tick = new Date(Math.floor(Date.now() / 1_000) * 1_000)
    await store.write('a.txt', textBytes('one'))
    await utimes(path, tick, tick)
    const before = await store.head('a.txt')
    await writeFile(path, 'two')
    await utimes(path, tick, tick)

    expect((await store.head('a.txt'))?.etag).not.toBe(before?.etag)
  })
})

describe('a file from elsewhere', () => {
  it('becomes an object without changing or moving, and survives its removal', async () => {
    const path = join(home, 'flights.csv')
    await writeFile(path, 'id\n1\n')
    const store = folderStore(folder)
    const object = await store.link('unload/run/flights.csv', path)

    expect(await store.head('unload/run/flights.csv')).toEqual(object)
    expect(await readFile(path, 'utf8')).toBe('id\n1\n')
    await rm(path)
    expect(String(await joined(store.stream(object)))).toBe('id\n1\n')
  })

  it('does not share what the store writes later under the same key', async () => {
    const path = join(home, 'flights.csv')
    await writeFile(path, 'source')
    const store = folderStore(folder)
    await store.link('a.csv', path)
    await store.write('a.csv', textBytes('other'))

    expect(await readFile(path, 'utf8')).toBe('source')
  })

  it('is named when it is not there', async () => {
    await expect(folderStore(folder).link('a.csv', join(home, 'none.csv'))).rejects.toThrow('none.csv')
  })
})

describe('what is not an object', () => {
  it('leaves no work file behind, whether it was written, refused, copied or broken off', async () => {
    const store = folderStore(folder)
    const object = await store.writeStream('a.txt', inPieces(textBytes('hello'), 2))
    await store.write('a.txt', textBytes('x'), { ifAbsent: true })
    await store.copy(object, 'b.txt')
    await store.copy(object, 'b.txt')
    async function* broken() {
      yield textBytes('x')
      throw new Error('broken')
    }
    await store.writeStream('c.txt', broken()).catch(() => undefined)

    expect(await readdir(join(folder, '%work'))).toEqual([])
  })

  it.each(['', 'x'.repeat(1025), 'lone \ud800', `${'x'.repeat(300)}/a.txt`])(
    'refuses the key %#',
    async (key) => {
      await expect(folderStore(folder).write(key, textBytes('x'))).rejects.toThrow(RangeError)
      await expect(stat(folder)).rejects.toThrow('ENOENT')
    }
  )
})
