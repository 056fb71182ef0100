import { isAscii } from 'node:buffer'
import type { SchemaElement } from 'hyparquet'
import { parseFloat16 } from 'hyparquet/src/convert.js'
import type { Stored } from './parquet-leaf.ts'
import { textOrBytes } from './parquet-text.ts'

/** Values that lie packed in the bytes of a page and are made when they are asked for: as objects they take ten times the memory. */
export interface PageValues {
  readonly length: number
  at(n: number): Stored | undefined
}

/** A column whose values are text, by the schema that `rawParquet` gives. */
const isText = ({ converted_type }: SchemaElement): boolean => converted_type === 'UTF8'

/** Values of variable length, each where `starts` says, up to `gap` bytes before the next. */
export class ByteArrays implements PageValues {
  readonly length: number
  readonly #bytes: Buffer
  readonly #starts: Uint32Array
  readonly #gap: number
  readonly #isText: boolean
  readonly #isAscii: boolean

  /** @param starts one more than there are values */
  constructor(element: SchemaElement, bytes: Uint8Array, starts: Uint32Array, gap: number) {
    this.length = starts.length - 1
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#starts = starts
    this.#gap = gap
    this.#isText = isText(element)
    this.#isAscii = this.#isText && isAscii(bytes)
  }

  at(n: number): Stored {
    const start = this.#starts[n] ?? 0
    const end = (this.#starts[n + 1] ?? 0) - this.#gap
    if (this.#isAscii) return this.#bytes.toString('latin1', start, end)
    const bytes = new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + start, end - start)
    return this.#isText ? textOrBytes(bytes) : bytes
  }
}

class FixedValues implements PageValues {
  readonly length: number
  readonly #at: (offset: number) => Stored
  readonly #width: number

  constructor(length: number, width: number, at: (offset: number) => Stored) {
    this.length = length
    this.#width = width
    this.#at = at
  }

  at(n: number): Stored {
    return this.#at(n * this.#width)
  }
}

/** Values that are an array already: of numbers, or of a few. */
export class ArrayValues implements PageValues {
  readonly length: number
  readonly #values: ArrayLike<Stored>

  constructor(values: ArrayLike<Stored>) {
    this.length = values.length
    this.#values = values
  }

  at(n: number): Stored | undefined {
    return this.#values[n]
  }
}

/** A dictionary's values, each made once. */
export class KeptValues implements PageValues {
  readonly length: number
  readonly #values: PageValues
  readonly #kept: Array<Stored | undefined>

  constructor(values: PageValues) {
    this.length = values.length
    this.#values = values
    this.#kept = new Array(values.length)
  }

  at(n: number): Stored | undefined {
    const kept = this.#kept[n]
    if (kept !== undefined) return kept
    const value = this.#values.at(n)
    this.#kept[n] = value
    return value
  }
}

/**
 * Values as PLAIN has them.
 *
 * Form: https://parquet.apache.org/docs/file-format/data-pages/encodings/#PLAIN
 *
 * @throws Error when the bytes end before `count` values do
 */
export const plainValues = (element: SchemaElement, bytes: Uint8Array, count: number): PageValues => {
  if (element.type === 'BYTE_ARRAY')
    return new ByteArrays(element, bytes, startsOf(bytes, count), lengthBytes)
  if (element.type === 'BOOLEAN') {
    if (count > bytes.length * 8) throw tooFew(count)
    return new FixedValues(count, 1, (n) => (((bytes[n >>> 3] ?? 0) >>> (n & 7)) & 1) === 1)
  }
  const width = widthOf(element)
  if (count * width > bytes.length) throw tooFew(count)
  return new FixedValues(count, width, fixedReader(element, bytes, width))
}

/** Bytes of one value of a type whose values are all as long. */
export const widthOf = ({ type, type_length: length }: SchemaElement): number => {
  if (type === 'INT32' || type === 'FLOAT') return 4
  if (type === 'INT64' || type === 'DOUBLE') return 8
  if (type === 'INT96') return 12
  if (type === 'FIXED_LEN_BYTE_ARRAY' && length !== undefined && length > 0) return length
  throw new Error(`values of type ${type} have no length`)
}

const tooFew = (count: number): Error => new Error(`a page ends before its ${count} values do`)

/** Before each value of variable length stands how long it is. */
const lengthBytes = 4

const startsOf = (bytes: Uint8Array, count: number): Uint32Array => {
  if (count * lengthBytes > bytes.length) throw tooFew(count)
  const view = viewOf(bytes)
  const starts = new Uint32Array(count + 1)
  let at = lengthBytes
  for (let n = 0; n < count; n += 1) {
    starts[n] = at
    if (at > bytes.length) throw tooFew(count)
    at += view.getUint32(at - lengthBytes, true) + lengthBytes
  }
  if (at - lengthBytes > bytes.length) throw tooFew(count)
  starts[count] = at
  return starts
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)

const fixedReader = (
  { type, logical_type }: SchemaElement,
  bytes: Uint8Array,
  width: number
): ((offset: number) => Stored) => {
  const view = viewOf(bytes)
  switch (type) {
    case 'INT32':
      return (at) => view.getInt32(at, true)
    case 'INT64':
      return (at) => wholeAt(view, at)
    case 'FLOAT':
      return (at) => view.getFloat32(at, true)
    case 'DOUBLE':
      return (at) => view.getFloat64(at, true)
    case 'INT96':
      return (at) => nanosAt(view, at)
    default:
      return logical_type?.type === 'FLOAT16'
        ? (at) => parseFloat16(bytes.subarray(at, at + width)) ?? 0
        : (at) => bytes.subarray(at, at + width)
  }
}

/** High words of whole numbers below 2^53, which a number holds with all digits as it does those of INT32. */
const safeHigh = 2 ** 21

const wholeAt = (view: DataView, at: number): number | bigint => {
  const high = view.getInt32(at + 4, true)
  return high >= -safeHigh && high < safeHigh
    ? high * 2 ** 32 + view.getUint32(at, true)
    : view.getBigInt64(at, true)
}

const julianDayOf1970 = 2_440_588
const nanosPerDay = 86_400_000_000_000n

/** INT96: nanoseconds of the day, then the Julian day. @returns nanoseconds since 1970 */
const nanosAt = (view: DataView, at: number): bigint =>
  BigInt(view.getInt32(at + 8, true) - julianDayOf1970) * nanosPerDay + view.getBigUint64(at, true)
