import { S3ServiceException } from '@aws-sdk/client-s3'
import { ObjectGone, type StoredObject } from './object-store.ts'

/** The HTTP status of a refused call; undefined when no answer came. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined

/**
 * Runs one call of the SDK. A signal that has struck is the error, whatever the SDK made of it; 404 and 412 are
 * `ObjectGone`, so every call that goes through here names the ETag it expects or can live with "not there".
 *
 * @throws ObjectGone, the signal's reason, or what the SDK throws after its retries
 */
export const s3Call = async <T>(
  key: string,
  signal: AbortSignal | undefined,
  call: () => Promise<T>
): Promise<T> => {
  signal?.throwIfAborted()
  try {
    return await call()
  } catch (error) {
    signal?.throwIfAborted()
    if (statusOf(error) === 412) throw new ObjectGone('changed', key)
    // A bucket or an upload that is not there is another matter, and says so itself. HEAD has no body to name it.
    if (error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'NotFound'))
      throw new ObjectGone('not_found', key)
    throw error
  }
}

/** ETags without quotes, as S3 writes them in its events; calls take them quoted. */
export const plainEtag = (etag: string | undefined, key: string): string => {
  const plain = etag?.replaceAll('"', '')
  if (!plain)
    throw new Error(`S3 answered no ETag for object ${key}; the bucket must be a general purpose one`)
  return plain
}

export const quotedEtag = (object: StoredObject): string => `"${object.etag}"`
