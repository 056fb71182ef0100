import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand
} from '@aws-sdk/client-s3'
import { inParallel } from '../runtime/in-parallel.ts'
import type { StoredObject } from './object-store.ts'
import { quotedEtag, s3Call } from './s3-call.ts'

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

    await s3Call(object.key, signal, async () => {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(target), options)
      const upload = { ...target, UploadId }
      try {
        const parts: { PartNumber: number; ETag: string | undefined }[] = []
        await inParallel(copiesAtOnce, partsOf(object.bytes, partBytes), async ({ number, range }) => {
          const part = { ...upload, ...source, PartNumber: number, CopySourceRange: range }
          const { CopyPartResult } = await client.send(new UploadPartCopyCommand(part), options)
          parts[number - 1] = { PartNumber: number, ETag: CopyPartResult?.ETag }
        })
        const whole = { ...upload, MultipartUpload: { Parts: parts } }
        await client.send(new CompleteMultipartUploadCommand(whole), options)
      } catch (error) {
        // Parts of a given-up copy would be paid for without being seen. The bucket's life-cycle rule takes the rest.
        await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined)
        throw error
      }
    })
  }

function* partsOf(bytes: number, partBytes: number): Generator<{ number: number; range: string }> {
  const each = Math.max(partBytes, Math.ceil(bytes / mostParts))
  for (let start = 0, number = 1; start < bytes; start += each, number += 1)
    yield { number, range: `bytes=${start}-${Math.min(bytes, start + each) - 1}` }
}
