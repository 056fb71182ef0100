import type { Readable } from 'node:stream'
import { BatchError } from '../decode/batch-error.ts'
import { batchTooLarge, maxBodyBytes } from '../decode/content-encoding.ts'
import type { Clock } from '../runtime/clock.ts'

/** A client that sends nothing for so long waits for our answer before it sends more. */
const silenceMs = 500
/** Beyond this nobody is heard out. */
const mostDrainedBytes = 20 * maxBodyBytes

/**
 * The bytes of a request, whatever its headers say of them; none when it has no body.
 *
 * A body over the limit is read to its end and thrown away before that is said: most clients send all of it
 * before they look at the answer, and would see a broken connection instead of the reason.
 *
 * @param declared what `Content-Length` says, if it does
 * @param stopping strikes when the process is told to end: a client that never ends its body is not waited for
 * @throws BatchError `batch_too_large`, or `out_of_time` when the process ends first
 */
export const bodyBytes = async (
  body: Readable | undefined,
  declared: string | undefined,
  clock: Pick<Clock, 'sleep'>,
  stopping?: AbortSignal
): Promise<Uint8Array> => {
  if (body === undefined) return new Uint8Array()
  const pieces: Uint8Array[] = []
  let length = 0
  const ended = Promise.withResolvers<'ended'>()
  const tooLarge = Promise.withResolvers<'too_large'>()
  const stopped = Promise.withResolvers<never>()
  const stop = (): void =>
    stopped.reject(
      new BatchError('out_of_time', 'The service stops before the whole batch came. Send it again.')
    )
  body.on('data', (piece: Uint8Array) => {
    length += piece.byteLength
    if (length <= maxBodyBytes) pieces.push(piece)
    else {
      pieces.length = 0
      tooLarge.resolve('too_large')
    }
  })
  body.once('end', () => ended.resolve('ended'))
  body.once('error', () =>
    ended.reject(new BatchError('malformed_batch', 'The body was cut off on its way. Nothing was written.'))
  )
  stopping?.addEventListener('abort', stop)
  if (Number(declared ?? 0) > maxBodyBytes) tooLarge.resolve('too_large')
  try {
    const end = await Promise.race([tooLarge.promise, ended.promise, stopped.promise])
    if (end === 'ended') return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)
    for (let before = -1; before !== length && length < mostDrainedBytes; ) {
      before = length
      const silence = clock.sleep(silenceMs)
      if ((await Promise.race([ended.promise, stopped.promise, silence])) === 'ended') break
    }
    throw batchTooLarge()
  } finally {
    stopping?.removeEventListener('abort', stop)
  }
}
