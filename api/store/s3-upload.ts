import { PutObjectCommand, type S3Client, UploadPartCommand } from '@aws-sdk/client-s3'
import type { StoredObject } from './object-store.ts'
import { plainEtag } from './s3-call.ts'
import { s3Multipart } from './s3-multipart.ts'
import { untilAborted } from './until-aborted.ts'

/** The smallest part S3 takes: 10,000 of them make 50 GB, and a writer holds three in memory. */
const leastPartBytes = 5 * 1024 ** 2
const partsAtOnce = 2
/** Named, so that S3 checks each part's and holds the object's: the SDK sends one with every part it is not told of. */
const ChecksumAlgorithm = 'CRC32'

/**
 * Writes an object from a stream in parts of 5 MiB; one that is shorter in one call. When the content throws or the
 * signal strikes, nothing is left.
 */
export const s3Upload =
  (client: S3Client, bucket: string) =>
  async (key: string, content: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<StoredObject> => {
    const target = { Bucket: bucket, Key: key }
    const parts = partsOf(untilAborted(content, signal))
    const first = await parts.next()
    const Body = first.value ?? new Uint8Array()
    if (Body.length < leastPartBytes) {
      const { ETag } = await client.send(new PutObjectCommand({ ...target, Body }), { abortSignal: signal })
      return { key, etag: plainEtag(ETag, key), bytes: Body.length }
    }

    let bytes = 0
    const etag = await s3Multipart(
      client,
      {
        target: { ...target, ChecksumAlgorithm },
        parts: after(Body, parts),
        atOnce: partsAtOnce,
        async send(part, place, abortSignal) {
          bytes += part.length
          const command = new UploadPartCommand({ ...place, ChecksumAlgorithm, Body: part })
          const { ETag, ChecksumCRC32 } = await client.send(command, { abortSignal })
          return { ETag, ChecksumCRC32 }
        }
      },
      signal
    )
    return { key, etag: plainEtag(etag, key), bytes }
  }

/** Pieces of any size → parts, all but the last of the least size or a little more; none for no content. */
async function* partsOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  let held: Uint8Array[] = []
  let bytes = 0
  for await (const piece of pieces) {
    held.push(piece)
    bytes += piece.length
    if (bytes < leastPartBytes) continue
    yield Buffer.concat(held)
    held = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(held)
}

async function* after<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first
  yield* rest
}
