import * as zlib from 'node:zlib'
import type { Compressors } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

const unpackedBy =
  (unpack: (packed: Uint8Array, options: { readonly maxOutputLength: number }) => Buffer) =>
  (packed: Uint8Array, length: number): Uint8Array =>
    unpack(packed, { maxOutputLength: Math.max(1, length) })

/** How Parquet pages are unpacked: by Node where it can, which is several times faster; Snappy and LZ4 in WebAssembly. */
export const parquetCodecs: Compressors = {
  ...compressors,
  GZIP: unpackedBy(zlib.gunzipSync),
  BROTLI: unpackedBy(zlib.brotliDecompressSync),
  ...(zlib.zstdDecompressSync === undefined ? {} : { ZSTD: unpackedBy(zlib.zstdDecompressSync) })
}
