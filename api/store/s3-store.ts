import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client
} from '@aws-sdk/client-s3'
import { backoffMs } from '../runtime/backoff.ts'
import type { Clock } from '../runtime/clock.ts'
import { systemClock } from '../runtime/system-clock.ts'
import { collectBytes } from './collect-bytes.ts'
import { ObjectGone, type ObjectStore, type StoredObject } from './object-store.ts'
import { plainEtag, quotedEtag, s3Call, statusOf } from './s3-call.ts'
import { s3Copy } from './s3-copy.ts'
import { openS3, s3Bytes } from './s3-reader.ts'
import { s3Upload } from './s3-upload.ts'

const mostConflicts = 5

export interface S3StoreOptions {
  readonly clock?: Clock
  /** A stream that gives no byte for so long is opened again. */
  readonly idleMs?: number
  /** Copies one object; tests hand one in that works in small parts. */
  readonly copy?: ObjectStore['copy']
}

/**
 * The bucket's objects by the SDK; see ObjectStore for the promises. The role needs `s3:ListBucket`, else S3 answers
 * 403 for what is not there. ETags come without quotes.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over client and bucket, a short function for each call of the port
export const s3Store = (client: S3Client, bucket: string, options: S3StoreOptions = {}): ObjectStore => {
  const { clock = systemClock, idleMs = 30_000, copy = s3Copy(client, bucket) } = options
  const bytesOf = s3Bytes(client, bucket, clock, idleMs)

  const put = async (key: string, content: Uint8Array, ifAbsent: boolean, signal?: AbortSignal) => {
    const input = { Bucket: bucket, Key: key, Body: content, ...(ifAbsent ? { IfNoneMatch: '*' } : {}) }
    const { ETag } = await client.send(new PutObjectCommand(input), { abortSignal: signal })
    return { key, etag: plainEtag(ETag, key), bytes: content.length }
  }

  const store: ObjectStore = {
    head: (key, signal) =>
      orUndefined(
        s3Call(key, signal, async () => {
          const command = new HeadObjectCommand({ Bucket: bucket, Key: key })
          const { ETag, ContentLength } = await client.send(command, { abortSignal: signal })
          return { key, etag: plainEtag(ETag, key), bytes: ContentLength ?? 0 }
        })
      ),

    stream: (object, start = 0, signal) => bytesOf(object, { start, end: object.bytes }, signal),

    slice(object, start, end, signal) {
      const last = Math.min(end, object.bytes)
      return collectBytes(bytesOf(object, { start, end: last }, signal), last - start)
    },

    async read(key, mostBytes, signal) {
      const opened = await orUndefined(openS3(client, bucket, key, signal))
      if (opened === undefined) return undefined
      const { object, body } = opened
      if (object.bytes > mostBytes) {
        body.destroy()
        throw new Error(
          `object ${key} has ${object.bytes} bytes, more than the ${mostBytes} that are read at once`
        )
      }
      if (object.bytes === 0) body.destroy()
      const pieces =
        object.bytes === 0 ? [] : bytesOf(object, { start: 0, end: object.bytes }, signal, opened)
      return { object, content: await collectBytes(pieces, object.bytes) }
    },

    async write(key, content, { ifAbsent = false, signal } = {}) {
      for (let conflicts = 0; ; ) {
        signal?.throwIfAborted()
        try {
          return await put(key, content, ifAbsent, signal)
        } catch (error) {
          signal?.throwIfAborted()
          if (ifAbsent && statusOf(error) === 412)
            return ownEarlierWrite(store, { key, content }, error, signal)
          // Another conditional write of the key was under way: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
          conflicts += 1
          if (statusOf(error) !== 409 || conflicts > mostConflicts) throw error
          await clock.sleep(backoffMs(conflicts, clock.random), signal)
        }
      }
    },

    writeStream: s3Upload(client, bucket),
    copy,

    async remove(key, signal) {
      const command = new DeleteObjectCommand({ Bucket: bucket, Key: key })
      await orUndefined(s3Call(key, signal, () => client.send(command, { abortSignal: signal })))
    },

    async removeSame(object, signal) {
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
      const command = new DeleteObjectCommand({
        Bucket: bucket,
        Key: object.key,
        IfMatch: quotedEtag(object)
      })
      try {
        // S3-alikes that do not know the condition yet must not lose what came long ago.
        if ((await store.head(object.key, signal))?.etag !== object.etag) return
        await s3Call(object.key, signal, () => client.send(command, { abortSignal: signal }))
      } catch (error) {
        if (!(error instanceof ObjectGone)) throw error
      }
    },

    async *list(prefix, signal) {
      let next: string | undefined
      do {
        // Encoded, since XML cannot hold every character that a key may have.
        const asked = {
          Bucket: bucket,
          Prefix: prefix,
          EncodingType: 'url',
          ContinuationToken: next
        } as const
        const page = await s3Call(prefix, signal, () =>
          client.send(new ListObjectsV2Command(asked), { abortSignal: signal })
        )
        for (const { Key = '', ETag, Size = 0 } of page.Contents ?? []) {
          signal?.throwIfAborted()
          const key = page.EncodingType === 'url' ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key
          yield { key, etag: plainEtag(ETag, key), bytes: Size }
        }
        next = page.NextContinuationToken
      } while (next !== undefined)
    }
  }
  return store
}

const orUndefined = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ObjectGone && error.code === 'not_found') return undefined
    throw error
  }
}

/** The SDK repeats a write whose answer was lost, and then its own object is in the way: told by its content. */
const ownEarlierWrite = async (
  store: ObjectStore,
  { key, content }: { readonly key: string; readonly content: Uint8Array },
  refusal: unknown,
  signal: AbortSignal | undefined
): Promise<StoredObject | undefined> => {
  const { $metadata } = refusal as { $metadata?: { attempts?: number } }
  if (($metadata?.attempts ?? 1) < 2) return undefined
  const there = await store.head(key, signal)
  if (there?.bytes !== content.length) return undefined
  const same = await store.read(key, content.length, signal).catch(() => undefined)
  return same !== undefined && Buffer.compare(same.content, content) === 0 ? same.object : undefined
}
