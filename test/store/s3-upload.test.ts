import { describe, expect, it } from 'vitest'
import { s3Client } from '../../api/runtime/s3-client.ts'
import { s3Upload } from '../../api/store/s3-upload.ts'
import { inPieces, randomBytesOf } from '../support/bytes.ts'
import { type PartsService, partsService } from '../support/parts-service.ts'

const megabyte = 1024 ** 2
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const uploadTo = ({ url }: PartsService) => s3Upload(s3Client({ endpoint: url, credentials }), 'bucket')

/** Content that counts how much of it was asked for, and knows whether it was closed. */
const watched = (megabytes: number) => {
  const seen = { megabytes: 0, isClosed: false }
  async function* content() {
    try {
      for await (const piece of inPieces(new Uint8Array(megabytes * megabyte), megabyte)) {
        seen.megabytes += 1
        yield piece
      }
    } finally {
      seen.isClosed = true
    }
  }
  return { content: content(), seen }
}

describe('a stream that is written to S3', () => {
  it('goes in parts, never more than two on their way, and arrives byte for byte', async () => {
    await using service = await partsService()
    const content = randomBytesOf(23 * megabyte + 5)
    const object = await uploadTo(service)('a b/ü.bin', inPieces(content, 300_000))

    expect(object).toEqual({ key: 'a b/ü.bin', etag: 'whole-2', bytes: content.length })
    expect(Buffer.compare(service.objects.get('a b/ü.bin') ?? Buffer.of(), content)).toBe(0)
    expect(service.calls.filter((call) => call.startsWith('PUT part'))).toHaveLength(5)
    expect(service.mostParts()).toBe(2)
  })

  it.each([0, 1, 5 * megabyte - 1])(
    'goes in one call when it has %i bytes, less than a part',
    async (bytes) => {
      await using service = await partsService()
      const object = await uploadTo(service)('a.bin', inPieces(randomBytesOf(bytes), megabyte))

      expect(object.bytes).toBe(bytes)
      expect(service.objects.get('a.bin')).toHaveLength(bytes)
      expect(service.calls).toEqual(['PUT object'])
    }
  )

  it('is taken back, and not read on, when a part is refused', async () => {
    await using service = await partsService((part) => (part === 2 ? 'refused' : 'stored'))
    const { content, seen } = watched(100)
    await expect(uploadTo(service)('a.bin', content)).rejects.toMatchObject({ name: 'AccessDenied' })

    expect(service.calls.at(-1)).toBe('DELETE upload')
    expect([service.openUploads(), service.objects.size]).toEqual([0, 0])
    expect(seen.isClosed).toBe(true)
    expect(seen.megabytes).toBeLessThan(30)
  })

  it('is taken back when its content breaks after some parts', async () => {
    await using service = await partsService()
    async function* broken() {
      yield* inPieces(new Uint8Array(12 * megabyte), megabyte)
      throw new Error('the content broke')
    }
    await expect(uploadTo(service)('a.bin', broken())).rejects.toThrow('the content broke')
    expect([service.openUploads(), service.objects.size]).toEqual([0, 0])
  })

  it('ends with the reason of the signal, whatever hangs, and is taken back', async () => {
    const controller = new AbortController()
    await using service = await partsService((part) => {
      if (part === 2) setImmediate(() => controller.abort(new Error('enough')))
      return part === 2 ? 'silent' : 'stored'
    })
    await expect(uploadTo(service)('a.bin', watched(100).content, controller.signal)).rejects.toThrow(
      'enough'
    )
    expect([service.openUploads(), service.objects.size]).toEqual([0, 0])
  })
})
