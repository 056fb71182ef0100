import { crc32 } from 'node:zlib'
import { type AnswerHead, readHead } from './answer-head.ts'
import { chunkedBody } from './chunked-body.ts'
import { Unanswered } from './wire-errors.ts'

/** A whole answer whose checksum, where one was sent, is right. */
export interface Answer extends AnswerHead {
  readonly body: Buffer
}

/** Reads one answer from a connection, piece by piece. */
export interface AnswerReader {
  /**
   * Takes what arrived, which may be overwritten after the call; gives the answer once it is whole.
   * @throws Unanswered for whatever DynamoDB does not send; the connection is of no use after that
   */
  take(bytes: Buffer): Answer | undefined
}

const maxHeadBytes = 16 * 1024
const headEnd = Buffer.from('\r\n\r\n')

export const answerReader = (): AnswerReader => {
  let head: AnswerHead | undefined
  let held: Buffer | undefined
  let chunks: ReturnType<typeof chunkedBody> | undefined
  let body: Buffer | undefined
  let filled = 0

  const takeBody = (known: AnswerHead, bytes: Buffer): Answer | undefined => {
    if (known.length === undefined) {
      chunks ??= chunkedBody()
      const whole = chunks.take(bytes)
      if (whole === undefined) return undefined
      return checked(known, whole.body, whole.surplus)
    }
    body ??= Buffer.allocUnsafe(known.length)
    const copied = bytes.copy(body, filled)
    filled += copied
    if (filled < known.length) return undefined
    return checked(known, body, bytes.length - copied)
  }

  return {
    take(bytes) {
      if (head !== undefined) return takeBody(head, bytes)
      const all = held === undefined ? bytes : Buffer.concat([held, bytes])
      const end = all.indexOf(headEnd)
      if (end > maxHeadBytes || (end < 0 && all.length > maxHeadBytes))
        throw new Unanswered('a head too long')
      if (end < 0) {
        held = Buffer.from(all)
        return undefined
      }
      head = readHead(all.toString('latin1', 0, end))
      return takeBody(head, all.subarray(end + headEnd.length))
    }
  }
}

const checked = (head: AnswerHead, body: Buffer, surplus: number): Answer => {
  if (surplus > 0) throw new Unanswered('more than the answer')
  if (head.crc32 !== undefined && crc32(body) !== head.crc32) throw new Unanswered('wrong checksum')
  return { ...head, body }
}
