/** Where runs lie in a page's bytes, and how many bits a value of theirs has. */
export interface HybridRuns {
  readonly start: number
  readonly end: number
  readonly width: number
}

/** Values wider than this would not fit beside a byte in 32 bits. */
const mostFastBits = 24

/**
 * Reads runs of repeated and of bit-packed values until `into` is full. A run may claim 2^31 values: no more than are
 * wanted are made of it.
 *
 * Form: https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 *
 * @throws Error when the runs end before `into` is full
 */
export const readHybrid = (
  bytes: Uint8Array,
  { start, end, width }: HybridRuns,
  into: Uint8Array | Int32Array
): void => {
  if (width === 0) return void into.fill(0)
  if (width > 32 || end > bytes.length) throw new Error(`runs of ${width} bits end at byte ${end}`)
  let at = start
  let filled = 0
  while (filled < into.length) {
    let header = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at]
      if (byte === undefined || at >= end || shift > 28) throw new Error('the runs of a page end too early')
      at += 1
      header |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    const claimed = header & 1 ? (header >>> 1) * 8 : header >>> 1
    const count = Math.min(claimed, into.length - filled)
    const size = header & 1 ? Math.ceil((count * width) / 8) : (width + 7) >>> 3
    if (at + size > end) throw new Error('the runs of a page end too early')
    if (header & 1) (width > mostFastBits ? unpackWide : unpack)(bytes, { at, width, count }, into, filled)
    else into.fill(wholeNumber(bytes, at, size), filled, filled + count)
    at += size
    filled += count
  }
}

interface PackedRun {
  readonly at: number
  readonly width: number
  readonly count: number
}

const unpack = (
  bytes: Uint8Array,
  { at, width, count }: PackedRun,
  into: Uint8Array | Int32Array,
  filled: number
): void => {
  const mask = 2 ** width - 1
  let next = at
  let bits = 0
  let held = 0
  for (let n = 0; n < count; n += 1) {
    while (held < width) {
      bits |= (bytes[next] ?? 0) << held
      next += 1
      held += 8
    }
    into[filled + n] = bits & mask
    bits >>>= width
    held -= width
  }
}

const unpackWide = (
  bytes: Uint8Array,
  { at, width, count }: PackedRun,
  into: Uint8Array | Int32Array,
  filled: number
): void => {
  for (let n = 0; n < count; n += 1) {
    const bit = n * width
    const first = at + Math.floor(bit / 8)
    into[filled + n] = (wholeNumber(bytes, first, 5) / 2 ** (bit % 8)) % 2 ** width
  }
}

/** Little-endian, of at most six bytes. */
const wholeNumber = (bytes: Uint8Array, at: number, size: number): number => {
  let value = 0
  for (let n = size - 1; n >= 0; n -= 1) value = value * 256 + (bytes[at + n] ?? 0)
  return value
}
