import { isAscii, isUtf8 } from 'node:buffer'

/** UTF-8 bytes as text; bytes that are not UTF-8 stay bytes, where a decoder would put U+FFFD in their place. */
export const textOrBytes = (bytes: Uint8Array): string | Uint8Array => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (isAscii(text)) return text.toString('latin1')
  return isUtf8(text) ? text.toString('utf8') : bytes
}
