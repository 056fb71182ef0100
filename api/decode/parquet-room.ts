import { ChunkError } from './chunk-error.ts'

/** What is held of a row group at a time, counted while it is read: its footer may say less than there is. */
export interface Room {
  /** @throws ChunkError when there is no room for so many bytes more */
  take(bytes: number): void
}

export const roomOf = (mostBytes: number, cure: string): Room => {
  let left = mostBytes
  return {
    take(bytes) {
      left -= bytes
      if (left < 0)
        throw new ChunkError(
          `a row group holds more than its footer says, and at most ${mostBytes} bytes are held at a time: ${cure}`
        )
    }
  }
}
