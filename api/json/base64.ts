const foreign = /[^A-Za-z0-9+/]/

/**
 * Base64 text (RFC 4648 §4, padded) → bytes; undefined when it is not that. Buffer alone would skip bad letters.
 * One pattern for the whole would overflow the stack on some 9 MB of text.
 */
export const base64Bytes = (text: string): Uint8Array | undefined => {
  const end = text.endsWith('==') ? -2 : text.endsWith('=') ? -1 : undefined
  return text.length % 4 === 0 && !foreign.test(text.slice(0, end))
    ? new Uint8Array(Buffer.from(text, 'base64'))
    : undefined
}

export const base64Text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
