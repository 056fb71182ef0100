import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Answer, answerReader } from '../../api/wire/answer-reader.ts'
import { Unanswered } from '../../api/wire/wire-errors.ts'
import { chunked, rawAnswer } from '../support/raw-service.ts'

/** Reads bytes that arrive in these pieces; the answer may come with the last one only. */
const readIn = (pieces: readonly Buffer[]): Answer | undefined => {
  const reader = answerReader()
  const answers = pieces.map((piece) => reader.take(piece))
  expect(answers.slice(0, -1).every((answer) => answer === undefined)).toBe(true)
  return answers.at(-1)
}
const read = (bytes: Buffer | string): Answer | undefined => readIn([Buffer.from(bytes)])

const pieces = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const ends = [...new Set(cuts.map((cut) => 1 + (cut % bytes.length)))].toSorted((a, b) => a - b)
  return [0, ...ends]
    .map((start, n) => bytes.subarray(start, ends[n] ?? bytes.length))
    .filter(({ length }) => length > 0)
}

const body = '{"UnprocessedItems":{},"note":"Zürich 東京"}'

describe('an answer', () => {
  it('is the same however its bytes are cut', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.array(fc.nat()),
        fc.integer({ min: 0, max: 40 }),
        (text, cuts, size) => {
          const content = Buffer.from(text)
          const checksum = `x-amz-crc32: ${crc32(content)}`
          const bytes =
            size === 0
              ? rawAnswer(content, [checksum])
              : rawAnswer(chunked(content, size), [checksum, 'Transfer-Encoding: chunked'])
          const answer = readIn(pieces(bytes, cuts))
          expect(answer?.body).toEqual(content)
          expect(answer).toMatchObject({
            status: 200,
            requestId: 'RAW',
            crc32: crc32(content),
            isLast: false
          })
        }
      )
    ))

  it('tells status, date and kind of an error', () => {
    const headers = ['Date: Fri, 27 Nov 2026 10:00:00 GMT', 'x-amzn-ErrorType: ThrottlingException']
    expect(read(rawAnswer('{}', headers, '400 Bad Request'))).toMatchObject({
      status: 400,
      date: 'Fri, 27 Nov 2026 10:00:00 GMT',
      errorType: 'ThrottlingException',
      isLast: false
    })
  })

  it.each([
    ['Connection: close', rawAnswer(body, ['Connection: close'])],
    ['HTTP/1.0', rawAnswer(body, [], '200 OK', 'HTTP/1.0')],
    ['a redirect', rawAnswer(body, ['Location: http://elsewhere/'], '301 Moved Permanently')],
    ['a status that DynamoDB does not send', rawAnswer(body, [], '206 Partial Content')]
  ])('is the last of its connection after %s', (_what, bytes) => {
    expect(read(bytes)?.isLast).toBe(true)
  })

  it('tells for how long the server keeps the connection', () => {
    expect(read(rawAnswer(body, ['Keep-Alive: timeout=5, max=100']))?.keepAliveMs).toBe(5_000)
  })

  it.each<readonly [string, Buffer | string]>([
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['HTTP/2', 'HTTP/2 200\r\ncontent-length: 0\r\n\r\n'],
    ['an interim answer', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['204', rawAnswer('', [], '204 No Content')],
    ['304', rawAnswer('', [], '304 Not Modified')],
    ['no length', 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n'],
    ['two lengths', rawAnswer(body, ['Content-Length: 5', `content-length: ${body.length}`])],
    ['one length said twice', rawAnswer(body, ['Content-Length: 2', 'Content-Length: 2'])],
    ['a length and chunks', rawAnswer(chunked(body, 9), ['Content-Length: 5', 'Transfer-Encoding: chunked'])],
    ['another transfer coding', rawAnswer(body, ['Transfer-Encoding: gzip, chunked'])],
    ['a negative length', rawAnswer(body, ['Content-Length: -1'])],
    ['a length in hexadecimal', rawAnswer(body, ['Content-Length: 0x10'])],
    ['a length without measure', rawAnswer(body, ['Content-Length: 9999999999'])],
    ['gzip that nobody asked for', rawAnswer(body, ['Content-Encoding: gzip'])],
    ['a folded header line', rawAnswer(body, ['x-folded: a\r\n b'])],
    ['a header line without a name', rawAnswer(body, [': value'])],
    ['a space before the colon', rawAnswer(body, ['Content-Length : 4'])],
    ['a head without end', `HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(17_000)}`],
    ['a wrong checksum', rawAnswer(body, ['x-amz-crc32: 1'])],
    ['a checksum that is no number', rawAnswer(body, ['x-amz-crc32: abc'])],
    ['more than the answer', Buffer.concat([rawAnswer(body), Buffer.from('H')])],
    ['a chunk size that is none', rawAnswer('zz\r\n{}\r\n0\r\n\r\n', ['Transfer-Encoding: chunked'])],
    ['a chunk longer than it says', rawAnswer('1\r\n{}\r\n0\r\n\r\n', ['Transfer-Encoding: chunked'])],
    ['a size line without end', rawAnswer(`1;${'x'.repeat(300)}`, ['Transfer-Encoding: chunked'])],
    ['chunks without measure', rawAnswer('ffffffff\r\n', ['Transfer-Encoding: chunked'])],
    ['more than the chunks', rawAnswer('2\r\n{}\r\n0\r\n\r\nH', ['Transfer-Encoding: chunked'])]
  ])('is not taken when it is: %s', (_what, bytes) => {
    expect(() => read(bytes)).toThrow(Unanswered)
  })

  it('is not taken when more comes than its length says, in a later piece', () => {
    const reader = answerReader()
    const bytes = rawAnswer(body)
    expect(reader.take(bytes.subarray(0, -2))).toBeUndefined()
    expect(() => reader.take(Buffer.concat([bytes.subarray(-2), Buffer.from('x')]))).toThrow(Unanswered)
  })
})
