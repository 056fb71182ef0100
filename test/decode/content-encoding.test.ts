import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxBodyBytes, plainBody } from '../../api/decode/content-encoding.ts'

const text = '{"data":[[0,"orders",{"name":"Zoë 😀"}]]}'
const bodyText = async (body: Uint8Array): Promise<string> => (await plainBody(body)).toString()
const spaces = (bytes: number) => Buffer.alloc(bytes, ' ')

describe('a request body', () => {
  it('is unpacked by its first bytes, whatever its headers say', async () => {
    expect(await bodyText(Buffer.from(text))).toBe(text)
    expect(await bodyText(gzipSync(text))).toBe(text)
    expect(await bodyText(deflateSync(text))).toBe(text)
  })

  it('may be base64, as a gateway hands on what it takes for binary', async () => {
    const base64 = (bytes: Buffer) => Buffer.from(bytes.toString('base64'))
    expect(await bodyText(base64(Buffer.from(text)))).toBe(text)
    expect(await bodyText(base64(gzipSync(text)))).toBe(text)
  })

  it('may carry a byte-order mark', async () => {
    expect(await bodyText(Buffer.from(`\ufeff${text}`))).toBe(text)
  })

  it('may be empty', async () => {
    expect(await bodyText(new Uint8Array())).toBe('')
  })

  it('comes back as it was sent, packed or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.json().map((json) => `{"data":${json}}`),
        fc.constantFrom(gzipSync, deflateSync, Buffer.from),
        async (sent, pack) => {
          expect(await bodyText(pack(sent))).toBe(sent)
        }
      ),
      { numRuns: 50 }
    )
  })
})

describe('a body that cannot be read', () => {
  it('is a bad batch when it is cut off or damaged', async () => {
    const packed = gzipSync(text)
    const message = 'The compressed body cannot be unpacked: it is cut off or damaged.'
    await expect(bodyText(packed.subarray(0, -9))).rejects.toMatchObject({ code: 'malformed_batch', message })
    const damaged = Buffer.from(packed)
    damaged.writeUInt8(damaged.readUInt8(20) ^ 0xff, 20)
    await expect(bodyText(damaged)).rejects.toMatchObject({ code: 'malformed_batch', message })
  })

  it.each(['null', 'true', '1234', 'null\n', 'undefined'])('is text where it is a word: %j', async (word) => {
    expect(String(await plainBody(Buffer.from(word)))).toBe(word)
  })

  it('is named when it is deflate without a header', async () => {
    await expect(plainBody(deflateRawSync('{"data":[[0,"t",{}]]}'))).rejects.toThrow(
      'deflate without its zlib header, which is not read: send it as gzip'
    )
  })

  it('is a bad batch when it is not UTF-8', async () => {
    await expect(bodyText(Buffer.from([0x22, 0xff, 0x22]))).rejects.toMatchObject({
      code: 'malformed_batch',
      message: 'The body is not UTF-8 text.'
    })
  })
})

describe('a body of 10 MB', () => {
  it('is taken, packed or not', async () => {
    expect(await bodyText(spaces(maxBodyBytes))).toHaveLength(maxBodyBytes)
    expect(await bodyText(gzipSync(spaces(maxBodyBytes)))).toHaveLength(maxBodyBytes)
  })

  it('is refused with one byte more, and the limit is named', async () => {
    const refusal = { code: 'batch_too_large', message: expect.stringContaining('over 10 MB') }
    await expect(bodyText(spaces(maxBodyBytes + 1))).rejects.toMatchObject(refusal)
    await expect(bodyText(gzipSync(spaces(maxBodyBytes + 1)))).rejects.toMatchObject(refusal)
    await expect(bodyText(deflateSync(spaces(maxBodyBytes + 1)))).rejects.toMatchObject(refusal)
  })
})
