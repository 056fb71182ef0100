import { isUtf8 } from 'node:buffer'

export const maxKeptBytes = 64 * 1024

/** What the rejected file keeps of a row that cannot be read, and what a reader of it must know. */
export interface KeptText {
  readonly text: string
  /** Empty, or a half sentence for the end of the message. */
  readonly note: string
}

/** @param bytes the row as it came; so much of it is kept, as base64 when it is not UTF-8 */
export const keptText = (bytes: Uint8Array, most = maxKeptBytes): KeptText => {
  const cut = bytes.length > most
  const kept = Buffer.from(bytes.buffer, bytes.byteOffset, cut ? wholeCharacters(bytes, most) : bytes.length)
  const text = isUtf8(kept) ? kept.toString('utf8') : kept.toString('base64')
  const notes = [
    cut && `only its first ${most / 1024} KB are kept`,
    !isUtf8(kept) && 'its bytes are kept as base64'
  ]
  const said = notes.filter((note) => note !== false).join(' and ')
  return { text, note: said === '' ? '' : `; ${said}` }
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** Where to cut so that the last character stays whole, if it is UTF-8 at all (at most 4 bytes a character). */
const wholeCharacters = (bytes: Uint8Array, most: number): number => {
  let end = most
  while (end > most - 4 && isContinuation(bytes[end])) end -= 1
  return end
}
