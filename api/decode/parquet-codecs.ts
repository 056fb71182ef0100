import * as zlib from 'node:zlib'
import type { Compressors } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

const unpackedBy =
  (unpack: (packed: Uint8Array, options: { readonly maxOutputLength: number }) => Buffer) =>
  (packed: Uint8Array, length: number): Uint8Array =>
    unpack(packed, { maxOutputLength: length })

/**
 * How Parquet pages are unpacked: by Node where it can, which is several times faster; Snappy and LZ4 in WebAssembly.
 * A page without a value, such as that of a column of NULLs, may be no stream at all: no codec sees it.
 */
export const parquetCodecs: Compressors = Object.fromEntries(
  Object.entries({
    ...compressors,
    GZIP: unpackedBy(zlib.gunzipSync),
    BROTLI: unpackedBy(zlib.brotliDecompressSync),
    ...(zlib.zstdDecompressSync === undefined ? {} : { ZSTD: unpackedBy(zlib.zstdDecompressSync) })
  }).map(([codec, unpack]) => [
    codec,
    (packed: Uint8Array, length: number) => (length === 0 ? new Uint8Array(0) : unpack(packed, length))
  ])
)
