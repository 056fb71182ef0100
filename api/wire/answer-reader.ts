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
   * Takes what arrived; gives the answer once it is whole.
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
    // As a rule it comes in one piece with its head, and is not copied.
    if (body === undefined && bytes.length >= known.length)
      return checked(known, bytes.subarray(0, known.length), bytes.length - known.length)
    body ??= Buffer.allocUnsafe(known.length)
    filled += bytes.copy(body, filled)
    if (filled < known.length) return undefined
    return checked(known, body, 0)
  }

  return {
    take(bytes) {
      if (head !== undefined) {
        const surplus = head.length === undefined ? 0 : filled + bytes.length - head.length
        if (surplus > 0) throw new Unanswered('more than the answer')
        return takeBody(head, bytes)
      }
      const all = held === undefined ? bytes : Buffer.concat([held, bytes])
      const end = all.indexOf(headEnd)
      if (end > maxHeadBytes || (end < 0 && all.length > maxHeadBytes))
        throw new Unanswered('a head too long')
      if (end < 0) {
        held = all
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
