const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Base64 text (RFC 4648 §4, padded) → bytes; undefined when it is not that. Buffer alone would skip bad letters. */
export const base64Bytes = (text: string): Uint8Array | undefined =>
  base64.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : undefined

export const base64Text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
