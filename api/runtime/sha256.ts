import { createHash } from 'node:crypto'

/** SHA-256 as 64 hexadecimal digits. Parts are joined by NUL, so that no two lists of parts give one text. */
export const sha256 = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex')
