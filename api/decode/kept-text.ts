import { isUtf8 } from 'node:buffer'

export const maxKeptBytes = 64 * 1024

/** What the rejected file keeps of a row that cannot be read, and what a reader of it must know. */
export interface KeptText {
  readonly text: string
  /** Empty, or a half sentence for the end of the message. */
  readonly note: string
}

/** @param bytes the row as it came; at most 64 KB of it are kept, as base64 when they are not UTF-8 */
export const keptText = (bytes: Uint8Array): KeptText => {
  const cut = bytes.length > maxKeptBytes
  const kept = Buffer.from(bytes.buffer, bytes.byteOffset, cut ? wholeCharacters(bytes) : bytes.length)
  const text = isUtf8(kept) ? kept.toString('utf8') : kept.toString('base64')
  const notes = [cut && 'only its first 64 KB are kept', !isUtf8(kept) && 'its bytes are kept as base64']
  const said = notes.filter((note) => note !== false).join(' and ')
  return { text, note: said === '' ? '' : `; ${said}` }
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** Where to cut so that the last character stays whole, if it is UTF-8 at all (at most 4 bytes a character). */
const wholeCharacters = (bytes: Uint8Array): number => {
  let end = maxKeptBytes
  while (end > maxKeptBytes - 4 && isContinuation(bytes[end])) end -= 1
  return end
}
