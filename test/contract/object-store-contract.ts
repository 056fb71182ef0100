import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ObjectGone, ObjectStore } from '../../api/store/object-store.ts'
import { allOf, inPieces, joined, randomBytesOf, textBytes } from '../support/bytes.ts'

export interface OpenedStore {
  readonly store: ObjectStore
  close(): Promise<void>
}

const gone = (code: ObjectGone['code']) => expect.objectContaining({ name: 'ObjectGone', code })
const megabyte = 1024 ** 2

/** What every ObjectStore promises. */
export const objectStoreContract = (name: string, open: () => Promise<OpenedStore>): void => {
  describe(name, () => {
    let opened: OpenedStore
    let store: ObjectStore
    beforeAll(async () => {
      opened = await open()
      store = opened.store
    })
    afterAll(() => opened?.close())

    const put = async (key: string, text: string) => {
      const object = await store.write(key, textBytes(text))
      if (object === undefined) throw new Error('not written')
      return object
    }
    const textOf = async (key: string) => {
      const found = await store.read(key, megabyte)
      return found && Buffer.from(found.content).toString()
    }

    describe('an object that was written', () => {
      it('is found with its size and an ETag without quotes, by head, read and list alike', async () => {
        const written = await put('written/a.txt', 'hello')

        expect(written).toEqual({ key: 'written/a.txt', etag: expect.stringMatching(/^[^"]+$/), bytes: 5 })
        expect(await store.head('written/a.txt')).toEqual(written)
        expect((await store.read('written/a.txt', 5))?.object).toEqual(written)
        expect(await allOf(store.list('written/'))).toEqual([written])
      })

      it('is read whole, from an offset, and by ranges', async () => {
        const object = await put('ranges/a.txt', '0123456789')

        expect(String(await joined(store.stream(object)))).toBe('0123456789')
        expect(String(await joined(store.stream(object, 7)))).toBe('789')
        expect(String(Buffer.from(await store.slice(object, 2, 5)))).toBe('234')
        expect(String(Buffer.from(await store.slice(object, 8, 99)))).toBe('89')
        expect(await joined(store.stream(object, 10))).toHaveLength(0)
      })

      it('may be empty', async () => {
        const object = await put('empty/a.txt', '')

        expect(object.bytes).toBe(0)
        expect(await joined(store.stream(object))).toHaveLength(0)
        expect(await store.slice(object, 0, 0)).toHaveLength(0)
        expect(await store.read('empty/a.txt', 0)).toMatchObject({ object, content: new Uint8Array() })
      })

      it('keeps its ETag as long as its content', async () => {
        const first = await put('etag/a.txt', 'one')
        const second = await put('etag/a.txt', 'two')

        expect(second.etag).not.toBe(first.etag)
        expect(await store.head('etag/a.txt')).toEqual(second)
      })

      it('is refused as a small one when it is not', async () => {
        await put('small/a.txt', 'hello')

        await expect(store.read('small/a.txt', 4)).rejects.toThrow('5 bytes')
      })
    })

    describe('an object that is not there', () => {
      it('is undefined to head and read', async () => {
        expect(await store.head('none/a.txt')).toBeUndefined()
        expect(await store.read('none/a.txt', 9)).toBeUndefined()
      })

      it('is gone to whoever saw it before', async () => {
        const object = await put('gone/a.txt', 'hello')
        await store.remove('gone/a.txt')

        await expect(joined(store.stream(object))).rejects.toEqual(gone('not_found'))
        await expect(store.slice(object, 1, 2)).rejects.toEqual(gone('not_found'))
        await expect(store.copy(object, 'gone/b.txt')).rejects.toEqual(gone('not_found'))
        expect(await store.head('gone/b.txt')).toBeUndefined()
      })

      it('is removed without an error', async () => {
        await expect(store.remove('none/a.txt')).resolves.toBeUndefined()
      })
    })

    describe('an object that was replaced', () => {
      it('is not removed under its old ETag, and is under its own', async () => {
        const old = await put('same/a.txt', 'old text')
        const replaced = await put('same/a.txt', 'new text')

        await store.removeSame(old)
        expect(await textOf('same/a.txt')).toBe('new text')
        await store.removeSame(replaced)
        expect(await store.head('same/a.txt')).toBeUndefined()
        await expect(store.removeSame(replaced)).resolves.toBeUndefined()
      })

      it('is neither read nor copied under its old ETag', async () => {
        const old = await put('replaced/a.txt', 'old text')
        await put('replaced/a.txt', 'new text')

        await expect(joined(store.stream(old))).rejects.toEqual(gone('changed'))
        await expect(joined(store.stream(old, 8))).rejects.toEqual(gone('changed'))
        await expect(store.slice(old, 0, 3)).rejects.toEqual(gone('changed'))
        await expect(store.copy(old, 'replaced/b.txt')).rejects.toEqual(gone('changed'))
        expect(await store.head('replaced/b.txt')).toBeUndefined()
      })

      it('is never mixed with the new one by who is reading it', async () => {
        const before = randomBytesOf(9 * megabyte)
        const old = await store.writeStream('mixed/a.bin', inPieces(before, megabyte))
        let at = 0
        let failure: unknown
        try {
          for await (const piece of store.stream(old)) {
            if (at === 0)
              await store.writeStream('mixed/a.bin', inPieces(randomBytesOf(9 * megabyte), megabyte))
            expect(Buffer.compare(piece, before.subarray(at, at + piece.length))).toBe(0)
            at += piece.length
          }
        } catch (error) {
          failure = error
        }

        if (failure === undefined) expect(at).toBe(before.length)
        else expect(failure).toEqual(gone('changed'))
      })
    })

    describe('writing only what is absent', () => {
      it('writes once; the second answer is undefined and the first content stays', async () => {
        expect(await store.write('absent/a.txt', textBytes('one'), { ifAbsent: true })).toMatchObject({
          bytes: 3
        })
        expect(await store.write('absent/a.txt', textBytes('two'), { ifAbsent: true })).toBeUndefined()
        expect(await textOf('absent/a.txt')).toBe('one')
      })

      it('lets one of many writers win', async () => {
        const writers = Array.from({ length: 8 }, (_, n) =>
          store.write('absent/b.txt', textBytes(`writer ${n}`), { ifAbsent: true })
        )
        const winners = (await Promise.all(writers)).filter((object) => object !== undefined)

        expect(winners).toEqual([await store.head('absent/b.txt')])
      })
    })

    describe.each([
      'a b/c d.txt',
      'plus+percent%41%/x%2Fy.txt',
      'ünïcode/世界/🙂.txt',
      'decomposed/e\u0301.txt',
      '../up/../../and.txt',
      './dots/...',
      '/leading//double/',
      'control\u0001\u007f/new\nline.txt',
      'quotes\'"&<>;=@,$:?*|\\#[]{}^`~!()/x.txt',
      `${'long'.repeat(60)}/x.txt`
    ])('a key such as %j', (key) => {
      it('is written, found, listed, copied and removed', async () => {
        const under = `keys/${key}`
        const object = await put(under, 'hello')

        expect(await store.head(under)).toEqual(object)
        expect((await allOf(store.list(under))).map((each) => each.key)).toEqual([under])
        await store.copy(object, `copies/${key}`)
        expect(await textOf(`copies/${key}`)).toBe('hello')
        await store.remove(under)
        expect(await store.head(under)).toBeUndefined()
        expect(await textOf(`copies/${key}`)).toBe('hello')
      })
    })

    it('holds a key beside keys below it', async () => {
      for (const key of ['nested/a', 'nested/a/b', 'nested/a/b/c', 'nested/a.b', 'nested/a.b/c'])
        await put(key, key)

      expect(await textOf('nested/a')).toBe('nested/a')
      expect((await allOf(store.list('nested/'))).map(({ key }) => key)).toEqual([
        'nested/a',
        'nested/a.b',
        'nested/a.b/c',
        'nested/a/b',
        'nested/a/b/c'
      ])
    })

    describe('writing a stream', () => {
      it('stores 20 MB in parts, byte for byte', async () => {
        const content = randomBytesOf(20 * megabyte + 17)
        const object = await store.writeStream('streams/a.bin', inPieces(content, 700_001))

        expect(object.bytes).toBe(content.length)
        expect(await store.head('streams/a.bin')).toEqual(object)
        expect(Buffer.compare(await joined(store.stream(object)), content)).toBe(0)
        const middle = await store.slice(object, 5 * megabyte - 3, 5 * megabyte + 3)
        expect(Buffer.compare(middle, content.subarray(5 * megabyte - 3, 5 * megabyte + 3))).toBe(0)
      })

      it('stores a short and an empty one', async () => {
        await store.writeStream('streams/short.txt', inPieces(textBytes('hello'), 2))
        const empty = await store.writeStream('streams/empty.txt', inPieces(new Uint8Array(), 2))

        expect(await textOf('streams/short.txt')).toBe('hello')
        expect(empty.bytes).toBe(0)
        expect(await textOf('streams/empty.txt')).toBe('')
      })

      it.each([1, 12])('leaves nothing when the content breaks after %i MB', async (megabytes) => {
        async function* broken() {
          yield* inPieces(new Uint8Array(megabytes * megabyte), megabyte)
          throw new Error('the content broke')
        }

        await expect(store.writeStream('broken/a.bin', broken())).rejects.toThrow('the content broke')
        expect(await allOf(store.list('broken/'))).toEqual([])
      })

      it.each([1, 12])('leaves nothing when the signal strikes after %i MB', async (megabytes) => {
        const controller = new AbortController()
        async function* hanging() {
          yield* inPieces(new Uint8Array(megabytes * megabyte), megabyte)
          controller.abort(new Error('enough'))
          await new Promise(() => {})
        }

        await expect(store.writeStream('aborted/a.bin', hanging(), controller.signal)).rejects.toThrow(
          'enough'
        )
        expect(await allOf(store.list('aborted/'))).toEqual([])
      })

      it('leaves the old object when a new one breaks', async () => {
        await put('kept/a.txt', 'old')
        async function* broken() {
          yield textBytes('new')
          throw new Error('the content broke')
        }

        await expect(store.writeStream('kept/a.txt', broken())).rejects.toThrow()
        expect(await textOf('kept/a.txt')).toBe('old')
      })
    })

    describe('copying', () => {
      it('copies the content over what is there, and again', async () => {
        const object = await put('copy/a.txt', 'content')
        await put('copy/b.txt', 'other')

        await store.copy(object, 'copy/b.txt')
        await store.copy(object, 'copy/b.txt')
        expect(await textOf('copy/b.txt')).toBe('content')
        expect((await allOf(store.list('copy/'))).map(({ key }) => key)).toEqual(['copy/a.txt', 'copy/b.txt'])
      })

      it('makes an object of its own: replacing or removing the first leaves it', async () => {
        await store.copy(await put('copy/c.txt', 'content'), 'copy/d.txt')
        await put('copy/c.txt', 'replaced')
        await store.remove('copy/c.txt')

        expect(await textOf('copy/d.txt')).toBe('content')
      })
    })

    describe('listing', () => {
      it('gives more than a thousand objects in the order of their bytes', async () => {
        const keys = Array.from({ length: 1_050 }, (_, n) => `many/${(n * 7919) % 1_050}-x`)
        for (let n = 0; n < keys.length; n += 50)
          await Promise.all(keys.slice(n, n + 50).map((key) => put(key, 'x')))

        const listed = (await allOf(store.list('many/'))).map(({ key }) => key)
        expect(listed).toEqual(keys.toSorted())
        expect((await allOf(store.list('many/10'))).map(({ key }) => key)).toEqual(
          keys.filter((key) => key.startsWith('many/10')).toSorted()
        )
      })

      it('gives nothing for a prefix of nothing', async () => {
        expect(await allOf(store.list('nowhere/'))).toEqual([])
      })
    })

    it('ends every call with the reason of a signal that has struck', async () => {
      const object = await put('signal/a.txt', 'hello')
      const signal = AbortSignal.abort(new Error('enough'))
      const calls = [
        () => store.head('signal/a.txt', signal),
        () => joined(store.stream(object, 0, signal)),
        () => store.slice(object, 0, 2, signal),
        () => store.read('signal/a.txt', 9, signal),
        () => store.write('signal/b.txt', textBytes('x'), { signal }),
        () => store.writeStream('signal/b.txt', inPieces(textBytes('x'), 1), signal),
        () => store.copy(object, 'signal/b.txt', signal),
        () => store.remove('signal/a.txt', signal),
        () => store.removeSame(object, signal),
        () => allOf(store.list('signal/', signal))
      ]
      for (const call of calls) await expect(call()).rejects.toThrow('enough')

      expect((await allOf(store.list('signal/'))).map(({ key }) => key)).toEqual(['signal/a.txt'])
    })

    it('ends a stream whose reader is in the middle of it', async () => {
      const object = await store.writeStream('signal/c.bin', inPieces(randomBytesOf(9 * megabyte), megabyte))
      const controller = new AbortController()
      const reading = async () => {
        for await (const _ of store.stream(object, 0, controller.signal))
          controller.abort(new Error('enough'))
      }

      await expect(reading()).rejects.toThrow('enough')
    })
  })
}
