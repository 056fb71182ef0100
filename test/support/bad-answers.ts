import { crc32, gzipSync } from 'node:zlib'
import { chunked, type RawReply, rawAnswer } from './raw-service.ts'

/** An answer as DynamoDB sends it, its checksum included. */
export const goodAnswer = (body: string, more: readonly string[] = []): Buffer =>
  rawAnswer(body, [`x-amz-crc32: ${crc32(Buffer.from(body))}`, ...more])

/** What DynamoDB never sends in place of that answer, or no answer at all: what became of the call is not known. */
export const badAnswers = (body: string): ReadonlyArray<readonly [what: string, reply: RawReply]> => {
  const good = goodAnswer(body)
  return [
    ['a wrong checksum', { bytes: rawAnswer(body, ['x-amz-crc32: 12345']) }],
    ['half an answer, then the end', { bytes: good.subarray(0, -20), after: 'close' }],
    ['half an answer, then a reset', { bytes: good.subarray(0, -20), after: 'reset' }],
    ['half a head, then the end', { bytes: good.subarray(0, 30), after: 'close' }],
    ['the end instead of an answer', { after: 'close' }],
    ['a reset instead of an answer', { after: 'reset' }],
    ['a 200 with nothing in it', { bytes: rawAnswer('') }],
    ['a 200 that is no object', { bytes: rawAnswer('null') }],
    ['a page of a proxy', { bytes: rawAnswer('<html>') }],
    ['half of its JSON, without a checksum', { bytes: rawAnswer(body.slice(0, 40)) }],
    ['gzip', { bytes: rawAnswer(gzipSync(body), ['Content-Encoding: gzip']) }],
    [
      'chunks that are cut off',
      { bytes: rawAnswer(chunked(body, 10).subarray(0, -5), ['Transfer-Encoding: chunked']), after: 'close' }
    ],
    ['two lengths', { bytes: rawAnswer(body, ['Content-Length: 3', `Content-Length: ${body.length}`]) }],
    ['a body without a length', { bytes: `HTTP/1.1 200 OK\r\n\r\n${body}`, after: 'close' }],
    ['an answer and a half', { bytes: Buffer.concat([good, good.subarray(0, 50)]) }],
    ['a redirect', { bytes: rawAnswer('', ['Location: http://127.0.0.1:1/'], '307 Temporary Redirect') }],
    [
      'an interim answer first',
      { bytes: Buffer.concat([Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'), good]) }
    ],
    [
      'a 500',
      { bytes: rawAnswer('{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}', [], '500 x') }
    ],
    ['a 503 of a load balancer', { bytes: rawAnswer('Service Unavailable', [], '503 x') }]
  ]
}
