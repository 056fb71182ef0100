import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import { gunzip, inflate, inflateRaw } from 'node:zlib'
import { base64Bytes } from '../json/base64.ts'
import { BatchError } from './batch-error.ts'
import { isGzip } from './is-gzip.ts'

/** API Gateway takes 10 MB; a body must stay below that when unpacked, too. */
export const maxBodyBytes = 10 * 1024 * 1024

const unzipGzip = promisify(gunzip)
const unzipDeflate = promisify(inflate)
const unzipRaw = promisify(inflateRaw)
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * A request body as UTF-8 text, whatever the headers say: API Gateway unpacks a gzipped body and leaves
 * `Content-Encoding: gzip` on it, so only the first bytes tell. A JSON object cannot start with any of them: those
 * of gzip, those of deflate, or a letter of base64, the form that a gateway gives to a body it takes for binary.
 *
 * @throws BatchError `batch_too_large` over 10 MB unpacked, `malformed_batch` when it cannot be unpacked or is
 * not UTF-8
 */
export const plainBody = async (body: Uint8Array): Promise<Buffer> => {
  const isBase64 = /^[A-Za-z0-9+/]{4}/.test(Buffer.from(body.subarray(0, 4)).toString('latin1'))
  const sent = isBase64 ? base64Bytes(Buffer.from(body).toString('latin1').trimEnd()) : undefined
  return unpacked(sent !== undefined && beginsAsBatch(sent) ? sent : body)
}

/** What base64 of a body begins with: gzip, deflate or JSON. Four letters alone may be a word of JSON, such as `null`. */
const beginsAsBatch = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x78 ||
  (bytes[0] === 0x1f && bytes[1] === 0x8b) ||
  /^(?:\u00ef\u00bb\u00bf)?\s*[{[]/.test(latin1(bytes))

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 100)).toString('latin1')

const unpacked = async (body: Uint8Array): Promise<Buffer> => {
  const unzip = isGzip(body) ? unzipGzip : body[0] === 0x78 ? unzipDeflate : undefined
  const { buffer, byteOffset, byteLength } = unzip ? await unpack(body, unzip) : body
  if (byteLength > maxBodyBytes) throw batchTooLarge()
  const bytes = Buffer.from(buffer, byteOffset, byteLength)
  if (!isUtf8(bytes))
    throw new BatchError(
      'malformed_batch',
      (await isRawDeflate(bytes))
        ? 'The body is deflate without its zlib header, which is not read: send it as gzip.'
        : 'The body is not UTF-8 text.'
    )
  return bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes
}

const unpack = async (body: Uint8Array, unzip: typeof unzipGzip): Promise<Uint8Array> => {
  try {
    return await unzip(body, { maxOutputLength: maxBodyBytes })
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw batchTooLarge()
    throw new BatchError(
      'malformed_batch',
      'The compressed body cannot be unpacked: it is cut off or damaged.'
    )
  }
}

/** Raw deflate (RFC 1951) begins with nothing to know it by: it is what unpacks to JSON. */
const isRawDeflate = async (body: Uint8Array): Promise<boolean> => {
  try {
    return /^\s*[{[]/.test(latin1(await unzipRaw(body, { maxOutputLength: maxBodyBytes })))
  } catch {
    return false
  }
}

export const batchTooLarge = (): BatchError =>
  new BatchError(
    'batch_too_large',
    'The batch is over 10 MB: lower MAX_BATCH_ROWS of the external function (ALTER FUNCTION … SET MAX_BATCH_ROWS = …).'
  )
