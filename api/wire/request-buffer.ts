/** Room before the body for the head, session token included (AWS: tokens have no stated maximum; some 1-2 KB are usual). */
const headRoom = 8 * 1024
const firstBytes = 64 * 1024
/** A buffer that one call has grown beyond this is not kept for the next. */
const mostKept = 512 * 1024

/** Bytes of one request, body first, in memory that is used again for the next. */
export interface RequestBuffer {
  /** Forgets what it held. */
  begin(): void
  text(text: string): void
  /** All of a few bytes. */
  all(bytes: Uint8Array): void
  /** Copies bytes from `start` up to `end`. */
  bytes(bytes: Buffer, start: number, end: number): void
  /** The body so far; valid until the next call. */
  body(): Uint8Array
  /** Head and body in one piece. @param head ASCII @throws RangeError when the head has no room */
  withHead(head: string): Uint8Array
}

export const requestBuffer = (): RequestBuffer => {
  let buffer = Buffer.allocUnsafe(firstBytes)
  let end = headRoom

  const ensure = (more: number): void => {
    if (end + more <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, end + more))
    buffer.copy(larger, headRoom, headRoom, end)
    buffer = larger
  }

  return {
    begin() {
      if (buffer.length > mostKept) buffer = Buffer.allocUnsafe(firstBytes)
      end = headRoom
    },
    text(text) {
      ensure(text.length * 3)
      end += buffer.write(text, end, 'utf8')
    },
    all(bytes) {
      ensure(bytes.length)
      // For so few a loop is faster than a call.
      for (let n = 0; n < bytes.length; n += 1) buffer[end++] = bytes[n] as number
    },
    bytes(bytes, start, last) {
      ensure(last - start)
      end += bytes.copy(buffer, end, start, last)
    },
    body: () => buffer.subarray(headRoom, end),
    withHead(head) {
      if (head.length > headRoom) throw new RangeError('a head without measure')
      buffer.write(head, headRoom - head.length, 'latin1')
      return buffer.subarray(headRoom - head.length, end)
    }
  }
}
