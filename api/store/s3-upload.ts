import { Readable } from 'node:stream'
import { AbortMultipartUploadCommand, type S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import type { StoredObject } from './object-store.ts'
import { plainEtag } from './s3-call.ts'
import { untilAborted } from './until-aborted.ts'

/** The smallest part S3 takes: 10,000 of them make 50 GB, and a writer holds three in memory. */
const partBytes = 5 * 1024 ** 2
const partsAtOnce = 2

/**
 * Writes an object from a stream in parts of 5 MiB; a short one in one call. When the content throws or the signal
 * strikes, the parts are taken back before the error comes out.
 *
 * lib-storage by itself would answer an abort at once and clean up later, let calls in flight go on (a small object
 * would still appear), and read the content to its end after a part had failed (Upload.js, 3.1173). So its own abort
 * is not used: signal and failures reach it through the client and the content that it is handed.
 */
export const s3Upload =
  (client: S3Client, bucket: string) =>
  async (key: string, content: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<StoredObject> => {
    signal?.throwIfAborted()
    const failure = new AbortController()
    const stop = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal
    let bytes = 0
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const piece of untilAborted(content, stop)) {
        bytes += piece.length
        yield piece
      }
    }

    const upload = new Upload({
      client: stoppable(client, stop, (error) => failure.abort(error)),
      params: { Bucket: bucket, Key: key, Body: Readable.from(counted(), { objectMode: false }) },
      partSize: partBytes,
      queueSize: partsAtOnce
    })
    try {
      const { ETag } = await upload.done()
      return { key, etag: plainEtag(ETag, key), bytes }
    } catch (error) {
      signal?.throwIfAborted()
      throw failure.signal.aborted ? failure.signal.reason : error
    }
  }

/** The same client, whose calls end with the signal; only taking back the parts goes on after it. */
const stoppable = (client: S3Client, stop: AbortSignal, onFailure: (error: unknown) => void): S3Client => {
  const send = async (command: Parameters<S3Client['send']>[0]) => {
    if (command instanceof AbortMultipartUploadCommand) return client.send(command)
    try {
      return await client.send(command, { abortSignal: stop })
    } catch (error) {
      onFailure(error)
      throw error
    }
  }
  return Object.create(client, { send: { value: send } })
}
