import { createHash, hash } from 'node:crypto'

/** SHA-256 as 64 hexadecimal digits. Parts are joined by NUL, so that no two lists of parts give one text. */
export const sha256 = (...parts: ReadonlyArray<string | Uint8Array>): string => {
  if (parts.every((part) => typeof part === 'string')) return hash('sha256', parts.join('\0'))
  const made = createHash('sha256')
  for (const [n, part] of parts.entries()) {
    if (n > 0) made.update('\0')
    made.update(part)
  }
  return made.digest('hex')
}
