const simple: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  b: '\b',
  f: '\f',
  '0': '\0',
  '\\': '\\',
  "'": "'",
  '"': '"'
}
const sequence = /((?:\\(?:x[0-9a-f]{2}|[0-3][0-7]{2}))+)|\\u([0-9a-f]{4})|\\([tnrbf0\\'"])/gi
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * A mark of a file format as its text says it: escape sequences reach us as they stand in SQL text (`'\\t'`), and
 * CREATE FILE FORMAT takes bytes as octal (`\001`) and hexadecimal (`\x01`, `0x01`), several of them for one
 * character of UTF-8 (`\xC2\xA2`).
 *
 * @returns undefined when the bytes are not UTF-8, which chunks are
 */
export const markText = (said: string): string | undefined => {
  try {
    if (/^0x(?:[0-9a-f]{2})+$/i.test(said)) return utf8.decode(Buffer.from(said.slice(2), 'hex'))
    return said.replace(sequence, (_, bytes?: string, unicode?: string, letter?: string) => {
      if (bytes !== undefined) return utf8.decode(Uint8Array.from(bytes.split('\\').slice(1), byteOf))
      if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16))
      return simple[letter?.toLowerCase() ?? ''] ?? ''
    })
  } catch {
    return undefined
  }
}

const byteOf = (code: string): number =>
  /^x/i.test(code) ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8)
