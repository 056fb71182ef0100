import { describe, expect, it } from 'vitest'
import { s3Client } from '../../api/runtime/s3-client.ts'
import { s3Store } from '../../api/store/s3-store.ts'
import { type BreakingStore, breakingStore } from '../support/breaking-store.ts'
import { joined, textBytes } from '../support/bytes.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const content = textBytes('0123456789'.repeat(10))
const object = { key: 'a.txt', etag: 'old', bytes: content.length }
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const storeAt = ({ url }: BreakingStore, idleMs = 10_000) =>
  s3Store(s3Client({ endpoint: url, credentials }), 'bucket', { clock: virtualClock(), idleMs })

describe('a stream from S3 whose connection breaks', () => {
  it('goes on at the byte where it stopped', async () => {
    await using service = await breakingStore(content, [{ cutAfter: 30 }, { cutAfter: 20 }])

    expect(Buffer.compare(await joined(storeAt(service).stream(object)), content)).toBe(0)
    expect(service.ranges).toEqual(['whole', 'bytes=30-99', 'bytes=50-99'])
  })

  it('goes on where the connection only went silent', async () => {
    await using service = await breakingStore(content, [{ silentAfter: 40 }])

    expect(Buffer.compare(await joined(storeAt(service, 50).stream(object, 10)), content.subarray(10))).toBe(
      0
    )
    expect(service.ranges).toEqual(['bytes=10-99', 'bytes=50-99'])
  })

  it('does so for a range and for a small object, too', async () => {
    await using service = await breakingStore(content, [{ cutAfter: 3 }, 'whole', { cutAfter: 5 }])
    const store = storeAt(service)

    expect(Buffer.compare(await store.slice(object, 20, 40), content.subarray(20, 40))).toBe(0)
    expect(await store.read('a.txt', 100)).toMatchObject({ object, content: new Uint8Array(content) })
    expect(service.ranges).toEqual(['bytes=20-39', 'bytes=23-39', 'whole', 'bytes=5-99'])
  })

  it('ends as changed, and mixes nothing, when the object was replaced meanwhile', async () => {
    await using service = await breakingStore(content, [{ cutAfter: 30 }], 1)

    await expect(joined(storeAt(service).stream(object))).rejects.toMatchObject({ code: 'changed' })
  })

  it('is given up when it breaks six times without a byte', async () => {
    const endings = Array.from({ length: 20 }, () => ({ cutAfter: 0 }))
    await using service = await breakingStore(content, endings)

    await expect(joined(storeAt(service).stream(object))).rejects.toThrow()
    expect(service.ranges.length).toBeLessThanOrEqual(20)
  })
})
