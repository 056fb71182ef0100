import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import * as zlib from 'node:zlib'
import { ChunkError } from './chunk-error.ts'
import { isGzip } from './is-gzip.ts'
import { zstdFrames } from './zstd-frames.ts'

/** How a chunk is packed. `auto`: whatever its first bytes say. */
export type Compression = 'auto' | 'gzip' | 'zstd' | 'none'

const pieceBytes = 64 * 1024
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])

/**
 * Unpacks gzip (many members too) and zstd (many frames too) and passes plain bytes on, piece by piece: as fast as
 * the reader asks, in memory that does not grow. UTF-8 text never begins with either magic number, so `auto` is safe.
 *
 * @param expected what the file name or the option says
 * @throws ChunkError when the bytes are something else, cut off or corrupt; errors of the source as they are
 */
export async function* decompress(
  bytes: AsyncIterable<Uint8Array>,
  expected: Compression
): AsyncGenerator<Buffer> {
  const pieces = bytes[Symbol.asyncIterator]()
  try {
    const head = await firstBytes(pieces)
    const found = expected === 'none' ? 'none' : compressionOf(head)
    if (expected !== 'auto' && expected !== found)
      throw new ChunkError(
        `the chunk is not ${expected}${found === 'none' ? '' : ` but ${found}`}: ` +
          `upload it again, or say format: {'compression': '${found}'}`
      )
    const whole = followedBy(head, pieces)
    if (found === 'none') yield* whole
    else yield* unpack(whole, found)
  } finally {
    await pieces.return?.()
  }
}

const asBuffer = (piece: Uint8Array): Buffer => Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)

const compressionOf = (head: Buffer): 'gzip' | 'zstd' | 'none' => {
  if (isGzip(head)) return 'gzip'
  // A frame that decoders skip may come first: 50 to 5f, 2a 4d 18.
  const isSkippable = head.length >= 4 && head.readUInt32LE(0) >>> 4 === 0x184d2a5
  return isSkippable || head.subarray(0, 4).equals(zstdMagic) ? 'zstd' : 'none'
}

/** At least four bytes, unless the chunk has fewer. */
const firstBytes = async (pieces: AsyncIterator<Uint8Array>): Promise<Buffer> => {
  let head: Buffer = Buffer.alloc(0)
  while (head.length < 4) {
    const next = await pieces.next()
    if (next.done) break
    head = head.length === 0 ? asBuffer(next.value) : Buffer.concat([head, next.value])
  }
  return head
}

async function* followedBy(head: Buffer, pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield asBuffer(next.value)
}

const opened = (compression: 'gzip' | 'zstd') => {
  if (compression === 'gzip') return zlib.createGunzip({ chunkSize: pieceBytes })
  // Node has it from 22.15; a namespace import keeps the module loadable where it is missing.
  if (zlib.createZstdDecompress === undefined)
    throw new ChunkError('the chunk is zstd, which this Node cannot read: use Node 22.15 or gzip')
  // A second fence: what zstdFrames leaves behind a frame is refused, not dropped in silence.
  return zlib.createZstdDecompress({ chunkSize: pieceBytes, rejectGarbageAfterEnd: true })
}

async function* unpack(bytes: AsyncIterable<Buffer>, compression: 'gzip' | 'zstd'): AsyncGenerator<Buffer> {
  const unpacked = opened(compression)
  let failed: { readonly reason: unknown } | undefined
  async function* noted(): AsyncGenerator<Uint8Array> {
    try {
      yield* compression === 'zstd' ? zstdFrames(bytes) : bytes
    } catch (reason) {
      failed = { reason }
      throw reason
    }
  }

  // highWaterMark 1: one piece is read ahead, not sixteen.
  const fed = pipeline(Readable.from(noted(), { highWaterMark: 1 }), unpacked).catch(() => undefined)
  try {
    for await (const piece of unpacked) yield piece as Buffer
  } catch (error) {
    if (failed) throw failed.reason
    const cutOff = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR'
    throw new ChunkError(
      `the chunk is ${cutOff ? 'cut off' : 'corrupt'}: its ${compression} cannot be unpacked to the end ` +
        `(${(error as Error).message}); unload or upload it again`
    )
  } finally {
    unpacked.destroy()
    await fed
  }
}
