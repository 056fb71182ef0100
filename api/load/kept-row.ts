import { base64Bytes, base64Text } from '../json/base64.ts'
import { JsonBytes } from '../json/json-bytes.ts'
import { JsonNumber, JsonObject, JsonSet, type JsonValue, JsonWord } from '../json/json-value.ts'

// What a row holds and JSON has not, in a rejected file: bytes of Parquet, NaN, sets of a DynamoDB export.

/** A place in a row: names of members and numbers of array elements. */
type Path = readonly (string | number)[]

/** The row as plain JSON, and what stands for something else in it: `[{"at":["score"],"as":"word"}]`. */
export interface KeptRow {
  readonly row: JsonValue
  readonly typed: readonly JsonObject[]
}

type Kind = 'B' | 'word' | JsonSet['type']

/** A row as a rejected file keeps it: JSON for every reader of JSON, and whole again by `rowAgain`. */
export const keptRow = (item: JsonValue): KeptRow => {
  const typed: JsonObject[] = []
  const note = (at: Path, as: Kind): void => {
    const line = new JsonObject()
    line.set(
      'at',
      at.map((step) => (typeof step === 'number' ? new JsonNumber(String(step)) : step))
    )
    line.set('as', as)
    typed.push(line)
  }
  return { row: plain(item, [], note), typed }
}

const plain = (value: JsonValue, at: Path, note: (at: Path, as: Kind) => void): JsonValue => {
  if (value instanceof JsonBytes) {
    note(at, 'B')
    return base64Text(value.bytes)
  }
  if (value instanceof JsonWord) {
    note(at, 'word')
    return value.text
  }
  if (value instanceof JsonSet) {
    note(at, value.type)
    return value.members.map((member) => (member instanceof JsonBytes ? base64Text(member.bytes) : member))
  }
  if (value instanceof JsonObject) {
    const copy = new JsonObject()
    // Of a name that is given twice only the last value can be found again; the row is rejected for it anyway.
    for (const [name, member] of value.earlier ?? [])
      copy.add(
        name,
        plain(member, [], () => undefined)
      )
    for (const [name, member] of value) copy.add(name, plain(member, [...at, name], note))
    return copy
  }
  return Array.isArray(value) ? value.map((member: JsonValue, n) => plain(member, [...at, n], note)) : value
}

/**
 * A row of a rejected file with its bytes, words and sets again. What was mended by hand to be something else stays
 * so.
 *
 * @param typed the line's member of that name, and `binary`, names of columns that files of earlier versions have
 */
export const rowAgain = (
  row: JsonValue,
  typed: JsonValue | undefined,
  binary: JsonValue | undefined
): JsonValue => {
  let again = row
  for (const column of Array.isArray(binary) ? binary : [])
    if (typeof column === 'string') again = replacedAt(again, [column], 'B')
  for (const each of Array.isArray(typed) ? typed : []) {
    const [at, as] = each instanceof JsonObject ? [each.get('at'), each.get('as')] : []
    if (Array.isArray(at) && typeof as === 'string') again = replacedAt(again, at.map(stepOf), as)
  }
  return again
}

const stepOf = (step: JsonValue): string | number =>
  step instanceof JsonNumber ? Number(step.text) : typeof step === 'string' ? step : ''

const replacedAt = (value: JsonValue, path: Path, as: string): JsonValue => {
  const [step, ...rest] = path
  if (step === undefined) return retyped(value, as)
  if (value instanceof JsonObject && typeof step === 'string') {
    const member = value.get(step)
    if (member !== undefined) value.set(step, replacedAt(member, rest, as))
    return value
  }
  return Array.isArray(value)
    ? value.map((member: JsonValue, n) => (n === step ? replacedAt(member, rest, as) : member))
    : value
}

const word = /^(?:[+-]?(?:nan|inf|infinity)|undefined)$/i

const retyped = (value: JsonValue, as: string): JsonValue => {
  switch (as) {
    case 'B':
      return bytesOf(value) ?? value
    case 'word':
      return typeof value === 'string' && word.test(value) ? new JsonWord(value) : value
    case 'SS':
    case 'NS':
      return Array.isArray(value) ? new JsonSet(as, value) : value
    case 'BS':
      return Array.isArray(value)
        ? new JsonSet(
            as,
            value.map((member: JsonValue) => bytesOf(member) ?? member)
          )
        : value
    default:
      return value
  }
}

const bytesOf = (value: JsonValue): JsonBytes | undefined => {
  const bytes = typeof value === 'string' ? base64Bytes(value) : undefined
  return bytes && new JsonBytes(bytes)
}
