import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { maxAnswerBytes, readReply } from '../../../api/local/snowflake-caller/read-reply.ts'

const reply = (body: Uint8Array, headers: Record<string, string> = {}) => ({ status: 200, headers, body })
const gzipped = { 'content-encoding': 'gzip' }
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64')

/** The problem alone: a failed comparison of 10 MB texts would take minutes to print. */
const problemOf = async (...given: Parameters<typeof readReply>) => {
  const read = await readReply(...given)
  return 'problem' in read ? read.problem : undefined
}

describe('reading an answer', () => {
  it('unpacks gzip', async () => {
    expect(await readReply(reply(gzipSync('ü'), gzipped), true)).toEqual({ text: 'ü' })
  })

  it('does not unpack what was not asked for', async () => {
    expect(await readReply(reply(gzipSync('ü'), gzipped), false)).toHaveProperty('problem')
  })

  it('says so when it is not the gzip it claims to be', async () => {
    expect(await readReply(reply(Buffer.from('{}'), gzipped), true)).toEqual({
      problem: expect.stringContaining('Content-Encoding')
    })
  })

  it('refuses what is not UTF-8', async () => {
    expect(await readReply(reply(Buffer.from([0x22, 0xff, 0x22])), true)).toEqual({
      problem: 'the answer is not UTF-8'
    })
  })

  it('takes 10 MB and not a byte more', async () => {
    expect(await problemOf(reply(Buffer.alloc(maxAnswerBytes, 0x20)), true)).toBeUndefined()
    expect(await problemOf(reply(Buffer.alloc(maxAnswerBytes + 1, 0x20)), true)).toContain(
      'set a lower MAX_BATCH_ROWS'
    )
  })

  it('counts the bytes after unpacking', async () => {
    const most = gzipSync(Buffer.alloc(maxAnswerBytes, 0x20))
    const over = gzipSync(Buffer.alloc(maxAnswerBytes + 1, 0x20))

    expect(await problemOf(reply(most, gzipped), true)).toBeUndefined()
    expect(await problemOf(reply(over, gzipped), true)).toContain('set a lower MAX_BATCH_ROWS')
  })

  it('holds it against its Content-MD5', async () => {
    const body = Buffer.from('{"data":[]}')

    expect(await readReply(reply(body, { 'content-md5': md5(body) }), true)).toHaveProperty('text')
    expect(await readReply(reply(body, { 'content-md5': md5(Buffer.from('other')) }), true)).toEqual({
      problem: 'the answer does not match its Content-MD5 header'
    })
  })

  it('takes a Content-MD5 of the packed and of the unpacked bytes', async () => {
    const plain = Buffer.from('{"data":[]}')
    const packed = gzipSync(plain)

    for (const sum of [md5(plain), md5(packed)])
      expect(await readReply(reply(packed, { ...gzipped, 'content-md5': sum }), true)).toHaveProperty('text')
  })
})
