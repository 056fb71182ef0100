import { CopyObjectCommand, type S3Client, UploadPartCopyCommand } from '@aws-sdk/client-s3'
import type { StoredObject } from './object-store.ts'
import { quotedEtag, s3Call } from './s3-call.ts'
import { s3Multipart } from './s3-multipart.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: 5 GB in one call */
const mostCopyBytes = 5 * 1024 ** 3
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const mostParts = 10_000
const leastPartBytes = 256 * 1024 ** 2
const copiesAtOnce = 4

/**
 * Copies inside the bucket the very content of the ETag, by S3 itself: in one call, above `wholeBytes` in parts.
 *
 * @throws ObjectGone; then nothing is at the new key
 */
export const s3Copy =
  (client: S3Client, bucket: string, wholeBytes = mostCopyBytes, partBytes = leastPartBytes) =>
  async (object: StoredObject, to: string, signal?: AbortSignal): Promise<void> => {
    const source = {
      CopySource: `${bucket}/${object.key.split('/').map(encodeURIComponent).join('/')}`,
      CopySourceIfMatch: quotedEtag(object)
    }
    const target = { Bucket: bucket, Key: to }
    const options = { abortSignal: signal }
    if (object.bytes <= wholeBytes) {
      await s3Call(object.key, signal, () =>
        client.send(new CopyObjectCommand({ ...target, ...source }), options)
      )
      return
    }

    const parts = rangesOf(object.bytes, partBytes)
    await s3Call(object.key, signal, () =>
      s3Multipart(
        client,
        {
          target,
          parts,
          atOnce: copiesAtOnce,
          async send(CopySourceRange, place, abortSignal) {
            const command = new UploadPartCopyCommand({ ...place, ...source, CopySourceRange })
            const { CopyPartResult } = await client.send(command, { abortSignal })
            return { ETag: CopyPartResult?.ETag }
          }
        },
        signal
      )
    )
  }

function* rangesOf(bytes: number, partBytes: number): Generator<string> {
  const each = Math.max(partBytes, Math.ceil(bytes / mostParts))
  for (let start = 0; start < bytes; start += each)
    yield `bytes=${start}-${Math.min(bytes, start + each) - 1}`
}
