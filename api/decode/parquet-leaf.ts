import type { SchemaElement, TimeUnit } from 'hyparquet'
import { JsonBytes } from '../json/json-bytes.ts'
import { JsonNumber, type JsonValue, JsonWord } from '../json/json-value.ts'
import { ChunkError } from './chunk-error.ts'
import { decimalText, integerOfBytes } from './exact-decimal.ts'
import { doubleText, floatText } from './float-text.ts'
import { isText } from './parquet-schema.ts'
import { dateText, timestampText, timeText } from './time-text.ts'

/** A value as Parquet stores it: number (INT32, FLOAT, DOUBLE), bigint (INT64, INT96), boolean, bytes, text. */
export type Stored = number | bigint | boolean | Uint8Array | string

/**
 * What makes a row's value of a stored one. Integers and DECIMAL keep all digits; FLOAT and DOUBLE take the fewest
 * that read back the same; DATE, TIME and TIMESTAMP are ISO text; a TIMESTAMP ends in Z only where the file says
 * that it is adjusted to UTC in so many words: Snowflake unloads TIMESTAMP_NTZ alone, and a zone that nobody wrote
 * would be invented. Bytes without a type are binary.
 *
 * Types: https://parquet.apache.org/docs/file-format/types/
 *
 * @param path the column's name, for messages
 * @param onBadText told the column's name when a text is not UTF-8; its bytes then stand in for it
 * @throws ChunkError for types that have no JSON form: BSON, INTERVAL
 */
export const leafValue = (
  element: SchemaElement,
  path: string,
  onBadText: (path: string) => void
): ((stored: Stored) => JsonValue) => {
  const { type, logical_type: logical, converted_type: converted, scale } = element
  if (isText(element))
    return (text) => {
      if (!(text instanceof Uint8Array)) return String(text)
      onBadText(path)
      return new JsonBytes(text)
    }
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') {
    const places = (logical?.type === 'DECIMAL' ? logical.scale : scale) ?? 0
    return (stored) =>
      new JsonNumber(
        decimalText(stored instanceof Uint8Array ? integerOfBytes(stored) : whole(stored), places)
      )
  }
  if (logical?.type === 'DATE' || converted === 'DATE') return (day) => dateText(Number(day))
  if (logical?.type === 'TIMESTAMP') return timestamp(logical.unit, logical.isAdjustedToUTC)
  if (converted === 'TIMESTAMP_MILLIS') return timestamp('MILLIS', false)
  if (converted === 'TIMESTAMP_MICROS') return timestamp('MICROS', false)
  if (type === 'INT96') return timestamp('NANOS', false)
  if (logical?.type === 'TIME') return time(logical.unit)
  if (converted === 'TIME_MILLIS') return time('MILLIS')
  if (converted === 'TIME_MICROS') return time('MICROS')
  if (logical?.type === 'UUID') return (bytes) => uuidText(bytes as Uint8Array)
  if (logical?.type === 'FLOAT16') return (value) => numberOrWord(doubleText(Number(value)))
  if (converted === 'BSON' || logical?.type === 'BSON' || converted === 'INTERVAL')
    throw new ChunkError(
      `column ${path} is ${logical?.type ?? converted}, which DynamoDB has not: cast it to VARCHAR in the unload`
    )

  switch (type) {
    case 'INT32':
    case 'INT64':
      return isUnsigned(element) ? unsigned(type) : (value) => new JsonNumber(String(value))
    case 'DOUBLE':
      return (value) => numberOrWord(doubleText(Number(value)))
    case 'FLOAT':
      return (value) => numberOrWord(floatText(Number(value)))
    case 'BOOLEAN':
      return (value) => value === true
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return (bytes) => new JsonBytes(bytes as Uint8Array)
    default:
      throw new ChunkError(`column ${path} has no type: unload the chunk again`)
  }
}

/** NaN and the infinities are words, as in JSON text; a number begins with a digit or a minus and one. */
const numberOrWord = (text: string): JsonValue =>
  /^-?[0-9]/.test(text) ? new JsonNumber(text) : new JsonWord(text)

const whole = (stored: Stored): bigint | number => (typeof stored === 'bigint' ? stored : Number(stored))

const timestamp =
  (unit: TimeUnit, isUtc: boolean) =>
  (ticks: Stored): string =>
    timestampText(BigInt(whole(ticks)), unit) + (isUtc ? 'Z' : '')

const time =
  (unit: TimeUnit) =>
  (ticks: Stored): string =>
    timeText(BigInt(whole(ticks)), unit)

const isUnsigned = ({ logical_type: logical, converted_type: converted }: SchemaElement): boolean =>
  (logical?.type === 'INTEGER' && !logical.isSigned) || converted?.startsWith('UINT_') === true

const unsigned = (type: 'INT32' | 'INT64') => {
  const bits = type === 'INT32' ? 32 : 64
  return (value: Stored): JsonNumber => new JsonNumber(String(BigInt.asUintN(bits, BigInt(whole(value)))))
}

const uuidText = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
