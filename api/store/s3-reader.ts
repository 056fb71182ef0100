import { Readable } from 'node:stream'
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { backoffMs } from '../runtime/backoff.ts'
import type { Clock } from '../runtime/clock.ts'
import { ObjectGone, type StoredObject } from './object-store.ts'
import { plainEtag, quotedEtag, s3Call, statusOf } from './s3-call.ts'
import { unlessIdle } from './unless-idle.ts'

/** A stream that breaks so often without a byte in between is given up. */
const mostBreaks = 5

/** An answer whose bytes are on their way. */
export interface Opened {
  readonly object: StoredObject
  readonly body: Readable
}

/** Opens an object as it is now. @throws ObjectGone */
export const openS3 = async (
  client: S3Client,
  bucket: string,
  key: string,
  signal?: AbortSignal
): Promise<Opened> =>
  s3Call(key, signal, async () => {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key })
    const { Body, ETag, ContentLength } = await client.send(command, { abortSignal: signal })
    return { object: { key, etag: plainEtag(ETag, key), bytes: ContentLength ?? 0 }, body: readable(Body) }
  })

/** The first byte and the one after the last. */
interface Range {
  readonly start: number
  readonly end: number
}

/**
 * Bytes `start` up to `end` of the very content of the ETag. A stream that breaks, stalls or ends early is opened
 * again at the byte where it stopped, after a wait with full jitter.
 *
 * @param opened an answer that was asked for already, from `start` on
 * @throws ObjectGone
 */
export const s3Bytes = (client: S3Client, bucket: string, clock: Clock, idleMs: number) =>
  async function* (
    object: StoredObject,
    { start, end }: Range,
    signal?: AbortSignal,
    opened?: Opened
  ): AsyncGenerator<Uint8Array> {
    let at = start
    let breaks = 0
    let body = opened?.body
    if (at >= end) await stillThere(client, bucket, object, signal)
    while (at < end) {
      try {
        body ??= await openRange({ client, bucket }, object, { start: at, end }, signal)
        for await (const piece of unlessIdle(body, idleMs, signal)) {
          if (at + piece.length > end)
            throw new Error(`S3 sent more of object ${object.key} than was asked for`)
          at += piece.length
          breaks = 0
          yield piece
        }
        if (at < end)
          throw new Error(`S3 ended object ${object.key} before its last byte; send the work again`)
      } catch (error) {
        signal?.throwIfAborted()
        breaks += 1
        // Once all bytes came there is nothing to open again: then it is the checksum that was wrong.
        if (at >= end || breaks > mostBreaks || !mayReopen(error)) throw error
      } finally {
        body?.destroy()
        body = undefined
      }
      if (at < end) await clock.sleep(backoffMs(breaks, clock.random), signal)
    }
  }

/** What S3 refuses it refuses again; everything else may be the network. */
const mayReopen = (error: unknown): boolean => {
  const status = statusOf(error)
  return !(error instanceof ObjectGone) && (status === undefined || status >= 500)
}

interface Bucket {
  readonly client: S3Client
  readonly bucket: string
}

const openRange = (
  { client, bucket }: Bucket,
  object: StoredObject,
  { start, end }: Range,
  signal: AbortSignal | undefined
): Promise<Readable> =>
  s3Call(object.key, signal, async () => {
    const asked = { Bucket: bucket, Key: object.key, IfMatch: quotedEtag(object) }
    const whole = start === 0 && end === object.bytes
    const command = new GetObjectCommand(whole ? asked : { ...asked, Range: `bytes=${start}-${end - 1}` })
    return readable((await client.send(command, { abortSignal: signal })).Body)
  })

/** There are no bytes to read, but whether the object is still the one is to be known all the same. */
const stillThere = (
  client: S3Client,
  bucket: string,
  object: StoredObject,
  signal: AbortSignal | undefined
): Promise<unknown> =>
  s3Call(object.key, signal, () =>
    client.send(new HeadObjectCommand({ Bucket: bucket, Key: object.key, IfMatch: quotedEtag(object) }), {
      abortSignal: signal
    })
  )

const readable = (body: unknown): Readable => {
  if (body instanceof Readable) return body
  throw new Error('the S3 client gave no Node stream; it must run on the Node request handler')
}
