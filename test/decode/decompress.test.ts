import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChunkError } from '../../api/decode/chunk-rows.ts'
import { type Compression, decompress } from '../../api/decode/decompress.ts'
import { memorySource } from '../support/memory-source.ts'

const unpack = async (bytes: Uint8Array, expected: Compression = 'auto', pieceBytes = 1000) => {
  const pieces: Buffer[] = []
  for await (const piece of decompress(memorySource(bytes, pieceBytes).stream(), expected)) pieces.push(piece)
  return Buffer.concat(pieces)
}
const noise = Buffer.from(Array.from({ length: 3_000 }, (_, n) => (n * n * 31 + n) % 251))
const [first, second] = [Buffer.concat([noise, Buffer.alloc(200_000, 'ab')]), Buffer.from('the second part')]
const packers = [
  ['gzip', (bytes: Uint8Array) => gzipSync(bytes)],
  // With checksums, or zstd itself cannot tell that a bit has turned.
  ['zstd', (bytes: Uint8Array) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })]
] as const

describe.each(packers)('a %s chunk', (how, pack) => {
  it.each([1, 3, 1_000, 1_000_000])('is unpacked, arriving in pieces of %d bytes', async (pieceBytes) => {
    expect((await unpack(pack(first), 'auto', pieceBytes)).equals(first)).toBe(true)
  })

  it.each([1, 7, 1_000, 1_000_000])(
    'of several members is read to the end (pieces of %d)',
    async (pieceBytes) => {
      const chunk = Buffer.concat([pack(first), pack(Buffer.alloc(0)), pack(second), pack(first)])

      expect((await unpack(chunk, how, pieceBytes)).equals(Buffer.concat([first, second, first]))).toBe(true)
    }
  )

  it('is refused when it is cut off, wherever it is', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom(1, 50, 100_000), async (cut, pieceBytes) => {
        const whole = pack(first)
        const chunk = whole.subarray(0, 4 + (cut % (whole.length - 4)))
        await expect(unpack(chunk, how, pieceBytes)).rejects.toThrow(/^the chunk is cut off/)
      }),
      { numRuns: 30 }
    ))

  it('is refused when its last member is cut off', async () => {
    const chunk = Buffer.concat([pack(first), pack(second)]).subarray(0, -3)

    await expect(unpack(chunk)).rejects.toThrow(ChunkError)
  })

  it('is refused when a bit has turned', async () => {
    const chunk = pack(first)
    const at = chunk.length >> 1
    chunk[at] = (chunk[at] ?? 0) ^ 0x10

    await expect(unpack(chunk)).rejects.toThrow(ChunkError)
  })

  it.each([1, 1_000_000])('is refused when something else follows it (pieces of %d)', async (pieceBytes) => {
    const chunk = Buffer.concat([pack(first), Buffer.from('{"id":1}\n')])

    await expect(unpack(chunk, 'auto', pieceBytes)).rejects.toThrow(/^the chunk is corrupt/)
  })

  it('is refused when its name says otherwise', async () => {
    const other = how === 'gzip' ? 'zstd' : 'gzip'

    await expect(unpack(pack(first), other)).rejects.toThrow(`the chunk is not ${other} but ${how}`)
    await expect(unpack(Buffer.from('{"id":1}'), how)).rejects.toThrow(`the chunk is not ${how}`)
    await expect(unpack(Buffer.alloc(0), how)).rejects.toThrow(ChunkError)
  })
})

describe('a zstd chunk', () => {
  it('is read without checksums and past frames that are to be skipped', async () => {
    const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9])
    const frame = zstdCompressSync(first)
    const chunk = Buffer.concat([skippable, frame, skippable, frame])

    for (const pieceBytes of [1, 5, 1_000_000])
      expect((await unpack(chunk, 'auto', pieceBytes)).equals(Buffer.concat([first, first]))).toBe(true)
  })
})

describe('a plain chunk', () => {
  it('passes as it is, however short', () =>
    fc.assert(
      fc.asyncProperty(fc.string(), fc.integer({ min: 1, max: 5 }), async (text, pieceBytes) => {
        expect((await unpack(Buffer.from(text), 'auto', pieceBytes)).toString()).toBe(text)
      })
    ))

  it('is not unpacked when the option says none', async () => {
    expect((await unpack(gzipSync('x'), 'none')).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
  })
})

describe('a source that fails half-way', () => {
  it.each([gzipSync(noise), zstdCompressSync(noise), brotliCompressSync(noise)])(
    'fails the reader with its own error, which may be retried',
    async (chunk) => {
      async function* broken() {
        yield chunk.subarray(0, 20)
        throw new Error('aborted')
      }

      const reading = async () => {
        for await (const _ of decompress(broken(), 'auto'));
      }
      await expect(reading()).rejects.toThrow(/^aborted$/)
    }
  )
})
