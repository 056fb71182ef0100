import type { AsyncBuffer } from 'hyparquet'
import type { ByteSource } from './byte-source.ts'
import { ChunkError } from './chunk-error.ts'

export interface ParquetFile extends AsyncBuffer {
  /** The bytes from `start` up to, not including, `end`. */
  bytes(start: number, end: number): Promise<Uint8Array>
  /**
   * Runs a read of this file. What the source or the signal throws passes unchanged, since it may be retried;
   * whatever else goes wrong is the chunk's fault.
   */
  orChunkError<T>(read: () => Promise<T>): Promise<T>
}

/** A byte source as hyparquet reads it. */
export const parquetFile = (source: ByteSource, signal: AbortSignal | undefined): ParquetFile => {
  let failed: { readonly reason: unknown } | undefined
  const bytes = async (start: number, end: number): Promise<Uint8Array> => {
    try {
      signal?.throwIfAborted()
      return await source.slice(start, end, signal)
    } catch (reason) {
      failed ??= { reason }
      throw reason
    }
  }
  return {
    byteLength: source.byteLength,
    bytes,
    slice: async (start, end = source.byteLength) => wholeBuffer(await bytes(start, end)),

    async orChunkError(read) {
      try {
        return await read()
      } catch (error) {
        if (failed) throw failed.reason
        if (error instanceof ChunkError) throw error
        throw new ChunkError(
          `the chunk cannot be read as Parquet (${(error as Error).message}): unload or upload it again`
        )
      }
    }
  }
}

const wholeBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer => {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) return buffer
  const whole = new ArrayBuffer(byteLength)
  new Uint8Array(whole).set(new Uint8Array(buffer, byteOffset, byteLength))
  return whole
}
