import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { CallReply } from './send.ts'

/** A batch's answer, unpacked. https://docs.snowflake.com/en/sql-reference/external-functions-introduction */
export const maxAnswerBytes = 10 * 1024 * 1024

const unzip = promisify(gunzip)

/** The text of an answer, or why it cannot be had. */
export type ReplyText = { readonly text: string } | { readonly problem: string }

const tooLong = {
  problem: `the answer is over ${maxAnswerBytes} bytes, the most that Snowflake takes for one batch; set a lower MAX_BATCH_ROWS`
}
const unreadable = { problem: 'the answer is not the gzip that its Content-Encoding promises' }

/**
 * Unpacks an answer when it is gzip and gzip was asked for, and holds it against Snowflake's size limit and against
 * its Content-MD5, if it carries one.
 */
export const readReply = async (reply: CallReply, gzipAccepted: boolean): Promise<ReplyText> => {
  if (reply.body.byteLength > maxAnswerBytes) return tooLong

  let bytes = reply.body
  if (gzipAccepted && String(reply.headers['content-encoding']).toLowerCase() === 'gzip') {
    try {
      bytes = await unzip(reply.body, { maxOutputLength: maxAnswerBytes })
    } catch (error) {
      return isOverLimit(error) ? tooLong : unreadable
    }
  }

  // Whether Snowflake sums the bytes before or after unpacking is not published, so either is taken.
  const sum = reply.headers['content-md5']
  if (sum !== undefined && md5(bytes) !== sum && md5(reply.body) !== sum)
    return { problem: 'the answer does not match its Content-MD5 header' }

  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { problem: 'the answer is not UTF-8' }
  }
}

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('base64')

const isOverLimit = (error: unknown): boolean =>
  error instanceof RangeError ||
  (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
