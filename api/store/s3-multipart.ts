import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type S3Client
} from '@aws-sdk/client-s3'
import { untilAborted } from './until-aborted.ts'

/** A part's place in an upload. */
export interface PartPlace {
  readonly Bucket: string | undefined
  readonly Key: string | undefined
  readonly UploadId: string | undefined
  /** From 1. */
  readonly PartNumber: number
}

/** An object that is made of parts. */
export interface Parts<Part> {
  readonly target: CreateMultipartUploadCommandInput
  /** Asked for the next one only when it can be sent. */
  readonly parts: AsyncIterable<Part> | Iterable<Part>
  /** Parts on their way at the same time: as many are held in memory, and one more. */
  readonly atOnce: number
  /** Brings one part to its place. @returns its ETag, and its checksum where S3 tells one */
  send(part: Part, place: PartPlace, signal: AbortSignal): Promise<Omit<CompletedPart, 'PartNumber'>>
}

/**
 * Makes an object of parts: it is there once all of them are. When a part, their source or the signal fails it, no
 * call goes on and the parts are taken back before the error comes out. The bucket's life-cycle rule takes the rest.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 *
 * @returns the object's ETag as S3 writes it
 * @throws the signal's reason, else the first failure
 */
export const s3Multipart = async <Part>(
  client: S3Client,
  { target, parts, atOnce, send }: Parts<Part>,
  signal?: AbortSignal
): Promise<string | undefined> => {
  const failure = new AbortController()
  const abortSignal = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target), { abortSignal })
  const upload = { Bucket: target.Bucket, Key: target.Key, UploadId }
  const done: CompletedPart[] = []
  const underWay = new Set<Promise<void>>()
  const begin = (part: Part, PartNumber: number): void => {
    const sending = send(part, { ...upload, PartNumber }, abortSignal)
      .then((sent) => {
        done[PartNumber - 1] = { ...sent, PartNumber }
      })
      .catch((error) => failure.abort(error))
      .finally(() => underWay.delete(sending))
    underWay.add(sending)
  }
  try {
    let number = 1
    for await (const part of untilAborted(parts, abortSignal)) {
      begin(part, number)
      number += 1
      while (underWay.size >= atOnce) await Promise.race(underWay)
    }
    await Promise.all(underWay)
    abortSignal.throwIfAborted()
    const whole = { ...upload, MultipartUpload: { Parts: done } }
    return (await client.send(new CompleteMultipartUploadCommand(whole), { abortSignal })).ETag
  } catch (error) {
    failure.abort(error)
    await Promise.all(underWay)
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined)
    signal?.throwIfAborted()
    throw failure.signal.reason
  }
}
