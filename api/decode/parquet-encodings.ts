import type { SchemaElement } from 'hyparquet'
import { alpDecode } from 'hyparquet/src/alp.js'
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js'
import { readHybrid } from './parquet-hybrid.ts'
import type { Stored } from './parquet-leaf.ts'
import { ArrayValues, ByteArrays, type PageValues, plainValues, widthOf } from './parquet-page-values.ts'
import { mostUnpackedBytes } from './parquet-pages.ts'

/**
 * The values of a page, other than those of a dictionary. However few bytes it has, no more is made than `count` values
 * and the text that they may hold.
 *
 * Encodings: https://parquet.apache.org/docs/file-format/data-pages/encodings/
 *
 * @throws Error when the bytes are not `count` values
 */
export const encodedValues = (
  encoding: string,
  element: SchemaElement,
  bytes: Uint8Array,
  count: number
): PageValues => {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  switch (encoding) {
    case 'PLAIN':
      return plainValues(element, bytes, count)
    case 'RLE':
      return booleans(reader.view, bytes, count)
    case 'BYTE_STREAM_SPLIT':
      return plainValues(element, joinedStreams(bytes, widthOf(element), count), count)
    case 'ALP':
      return new ArrayValues(alpDecode(reader, count, element.type ?? 'DOUBLE') as ArrayLike<Stored>)
    case 'DELTA_BINARY_PACKED':
      return new ArrayValues(
        deltas(reader, element.type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count))
      )
    case 'DELTA_LENGTH_BYTE_ARRAY': {
      const lengths = deltas(reader, new Int32Array(count))
      const texts = bytes.subarray(reader.offset)
      return new ByteArrays(element, texts, startsOf(lengths, texts.length), 0)
    }
    case 'DELTA_BYTE_ARRAY':
      return continuedTexts(element, bytes, count)
    default:
      throw new Error(`its encoding ${encoding} is not known`)
  }
}

const booleans = (view: DataView, bytes: Uint8Array, count: number): PageValues => {
  const bits = new Uint8Array(count)
  readHybrid(bytes, { start: 4, end: 4 + view.getUint32(0, true), width: 1 }, bits)
  return { length: count, at: (n) => bits[n] === 1 }
}

/** BYTE_STREAM_SPLIT: the first bytes of all values, then the second bytes of all. */
const joinedStreams = (bytes: Uint8Array, width: number, count: number): Uint8Array => {
  if (count * width > bytes.length) throw new Error(`a page ends before its ${count} values do`)
  const joined = new Uint8Array(count * width)
  for (let part = 0; part < width; part += 1)
    for (let n = 0; n < count; n += 1) joined[n * width + part] = bytes[part * count + n] ?? 0
  return joined
}

type Reader = Parameters<typeof deltaBinaryUnpack>[0]

const deltas = <T extends Int32Array | BigInt64Array>(reader: Reader, into: T): T => {
  deltaBinaryUnpack(reader, into.length, into)
  return into
}

const startsOf = (lengths: Int32Array, most: number): Uint32Array => {
  const starts = new Uint32Array(lengths.length + 1)
  let end = 0
  for (const [n, length] of lengths.entries()) {
    end += length
    if (length < 0 || end > most)
      throw new Error(`the texts of a page have more bytes than the ${most} that are there`)
    starts[n + 1] = end
  }
  return starts
}

/** DELTA_BYTE_ARRAY: each text begins with so many bytes of the one before. Together they may be far longer than the page. */
const continuedTexts = (element: SchemaElement, bytes: Uint8Array, count: number): PageValues => {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  const prefixes = deltas(reader, new Int32Array(count))
  const suffixes = deltas(reader, new Int32Array(count))
  let from = reader.offset
  const starts = startsOf(
    prefixes.map((prefix, n) => prefix + (suffixes[n] ?? 0)),
    mostUnpackedBytes
  )
  const texts = new Uint8Array(starts[count] ?? 0)
  for (let n = 0; n < count; n += 1) {
    const [prefix, suffix, start] = [prefixes[n] ?? 0, suffixes[n] ?? 0, starts[n] ?? 0]
    const before = starts[n - 1] ?? 0
    if (prefix < 0 || suffix < 0 || prefix > start - before || from + suffix > bytes.length)
      throw new Error('a text of a page goes on from more than there is')
    texts.copyWithin(start, before, before + prefix)
    texts.set(bytes.subarray(from, from + suffix), start + prefix)
    from += suffix
  }
  return element.type === 'FIXED_LEN_BYTE_ARRAY' && element.logical_type?.type === 'FLOAT16'
    ? plainValues(element, texts, count)
    : new ByteArrays(element, texts, starts, 0)
}
