import { CreateBucketCommand, ListMultipartUploadsCommand, type S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { s3Client } from '../../api/runtime/s3-client.ts'
import { s3Copy } from '../../api/store/s3-copy.ts'
import { s3Store } from '../../api/store/s3-store.ts'
import { inPieces, joined, randomBytesOf } from '../support/bytes.ts'

const partBytes = 5 * 1024 ** 2
const Bucket = 'chunks'
const { aws } = inject('stack')
let client: S3Client
beforeAll(async () => {
  client = s3Client(aws)
  await client.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => client?.destroy())

describe('an object above what S3 copies in one call', () => {
  const content = randomBytesOf(2 * partBytes + 11)
  const smallParts = () => s3Store(client, Bucket, { copy: s3Copy(client, Bucket, partBytes, partBytes) })

  it('is copied in parts', async () => {
    const store = smallParts()
    const object = await store.writeStream('parts/a b+ü.bin', inPieces(content, 100_000))
    await store.copy(object, 'parts/copy.bin')

    const copy = await store.head('parts/copy.bin')
    expect(copy?.bytes).toBe(content.length)
    if (copy) expect(Buffer.compare(await joined(store.stream(copy)), content)).toBe(0)
  })

  it('is not copied under an old ETag, and no part stays', async () => {
    const store = smallParts()
    const old = await store.writeStream('parts/b.bin', inPieces(content, 100_000))
    await store.writeStream('parts/b.bin', inPieces(randomBytesOf(content.length), 100_000))

    await expect(store.copy(old, 'parts/c.bin')).rejects.toMatchObject({ code: 'changed' })
    expect(await store.head('parts/c.bin')).toBeUndefined()
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toEqual([])
  })
})

describe('calling over TLS with signatures checked', () => {
  it('refuses a wrong secret', async () => {
    const credentials = { accessKeyId: 'AKIAWRONG', secretAccessKey: 'wrong' }
    const stranger = s3Client({ ...aws, credentials })

    await expect(s3Store(stranger, Bucket).head('parts/a.bin')).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 }
    })
    stranger.destroy()
  })

  it('does not speak to a server whose certificate nobody vouched for', async () => {
    const { endpoint, region, credentials } = aws
    const careful = s3Client({ endpoint, region, credentials })

    await expect(s3Store(careful, Bucket).head('parts/a.bin')).rejects.toThrow(/self-signed/)
    careful.destroy()
  })
})
