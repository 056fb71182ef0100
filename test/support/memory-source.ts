import type { ByteSource } from '../../api/decode/chunk-rows.ts'

export interface MemorySource extends ByteSource {
  /** How many streams were opened and how many of them have ended or were closed. */
  readonly streams: { readonly opened: number; readonly closed: number }
  readonly bytesRead: number
  readonly slices: readonly { readonly start: number; readonly end: number }[]
}

/** A chunk in memory that counts what is asked of it. @param pieceBytes how it is cut on its way */
export const memorySource = (bytes: Uint8Array, pieceBytes = 64 * 1024): MemorySource => {
  const streams = { opened: 0, closed: 0 }
  const slices: { start: number; end: number }[] = []
  let bytesRead = 0
  return {
    byteLength: bytes.length,
    streams,
    slices,
    get bytesRead() {
      return bytesRead
    },
    async *stream(start = 0) {
      streams.opened += 1
      try {
        for (let at = start; at < bytes.length; at += pieceBytes) {
          const piece = bytes.subarray(at, at + pieceBytes)
          bytesRead += piece.length
          yield piece
        }
      } finally {
        streams.closed += 1
      }
    },
    async slice(start, end) {
      slices.push({ start, end })
      return bytes.subarray(start, end)
    }
  }
}
