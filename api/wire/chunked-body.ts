import { maxBodyBytes } from './answer-head.ts'
import { Unanswered } from './wire-errors.ts'

/** The longest line that introduces a chunk: size and extensions. */
const maxLineBytes = 256
const lineEnd = Buffer.from('\r\n')

/**
 * Joins a body that comes in chunks. DynamoDB itself states the length; engines and proxies may not.
 * https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
export const chunkedBody = () => {
  const parts: Buffer[] = []
  let bytes = 0
  let held: Buffer = Buffer.alloc(0)

  /** One line without its end, taken off what is held; undefined when it is not whole yet. */
  const takeLine = (): string | undefined => {
    const end = held.indexOf(lineEnd)
    if (end > maxLineBytes || (end < 0 && held.length > maxLineBytes + 1))
      throw new Unanswered('malformed chunk')
    if (end < 0) return undefined
    const line = held.toString('latin1', 0, end)
    held = held.subarray(end + 2)
    return line
  }

  /** What the next bytes are: a chunk's size line, a chunk of so many bytes with its line end, or the trailer. */
  let next: 'size' | 'trailer' | number = 'size'

  return {
    /**
     * @returns the body once it is whole, with the bytes that came after it
     * @throws Unanswered
     */
    take(chunk: Buffer): { readonly body: Buffer; readonly surplus: number } | undefined {
      held = Buffer.concat([held, chunk])
      for (;;) {
        if (typeof next === 'number') {
          if (held.length < next + 2) return undefined
          if (held[next] !== 0x0d || held[next + 1] !== 0x0a) throw new Unanswered('malformed chunk')
          parts.push(held.subarray(0, next))
          held = held.subarray(next + 2)
          next = 'size'
          continue
        }
        const line = takeLine()
        if (line === undefined) return undefined
        if (next === 'trailer') {
          if (line === '') return { body: Buffer.concat(parts), surplus: held.length }
          continue
        }
        const [, size] = /^([0-9a-f]{1,8})(?:[ \t;].*)?$/i.exec(line) ?? []
        if (size === undefined) throw new Unanswered('malformed chunk')
        const length = Number.parseInt(size, 16)
        bytes += length
        if (bytes > maxBodyBytes) throw new Unanswered('an answer without measure')
        next = length === 0 ? 'trailer' : length
      }
    }
  }
}
