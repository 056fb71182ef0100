import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { JsonBytes } from '../json/json-bytes.ts'
import { JsonDeep, JsonNumber, JsonObject, JsonSet, type JsonValue, JsonWord } from '../json/json-value.ts'
import { isBeyondItem } from './beyond-item.ts'
import { maxAttributeNameBytes, maxNestingLevels } from './limits.ts'
import { wordFlaw } from './non-finite.ts'
import { Flaw, named } from './row-result.ts'
import { toNumber, toText } from './scalar-attribute.ts'
import { toSet } from './set-attribute.ts'

export { toNumber, toText } from './scalar-attribute.ts'
export type { AttributeValue }

/**
 * One value as DynamoDB holds it: string S, number N with its exact digits, boolean BOOL, null NULL, array L,
 * object M, bytes B. Nothing is coerced.
 *
 * @param path the top-level attribute's name, for messages
 * @returns the value, or the flaw that makes DynamoDB refuse it
 */
export const toAttribute = (value: JsonValue, path: string, level = 0): AttributeValue | Flaw => {
  if (value === null) return { NULL: true }
  if (typeof value === 'boolean') return { BOOL: value }
  if (typeof value === 'string') return toText(value, path)
  if (value instanceof JsonNumber) return toNumber(value.text, path)
  if (value instanceof JsonBytes) return { B: value.bytes }
  if (value instanceof JsonSet) return toSet(value.members, value.type, path)
  if (value instanceof JsonWord) return wordFlaw(value, path)
  if (value instanceof JsonDeep && value.beyond === 'count')
    return new Flaw(
      'item_too_large',
      `attribute ${named(path)} holds more arrays and objects than an item of 400 KB can`
    )
  if (value instanceof JsonDeep || level >= maxNestingLevels - 1)
    return new Flaw(
      'unsupported_value',
      `attribute ${named(path)} is nested deeper than DynamoDB's 32 levels`
    )
  if (level === 0 && isBeyondItem(value))
    return new Flaw('item_too_large', `attribute ${named(path)} holds more than an item of 400 KB can`)
  return value instanceof JsonObject ? toMap(value, path, level + 1) : toList(value, path, level + 1)
}

/** @returns what is wrong with an attribute's name, or undefined */
export const nameFlaw = (name: string): Flaw | undefined => {
  if (name === '') return new Flaw('unsupported_value', 'an attribute has an empty name')
  if (!name.isWellFormed())
    return new Flaw(
      'unsupported_value',
      'an attribute name holds half a surrogate pair, which is not Unicode text'
    )
  if (name.length > maxAttributeNameBytes / 3 && Buffer.byteLength(name) > maxAttributeNameBytes)
    return new Flaw('unsupported_value', `attribute name ${named(name)} is longer than DynamoDB's 64 KB`)
  return undefined
}

/** Sets a member so that `__proto__` is a name like any other. */
export const setMember = <T>(record: Record<string, T>, name: string, value: T): void => {
  if (name === '__proto__')
    Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true })
  else record[name] = value
}

const toList = (values: readonly JsonValue[], path: string, level: number): AttributeValue | Flaw => {
  const list: AttributeValue[] = []
  for (const value of values) {
    const made = toAttribute(value, path, level)
    if (made instanceof Flaw) return made
    list.push(made)
  }
  return { L: list }
}

const toMap = (object: JsonObject, path: string, level: number): AttributeValue | Flaw => {
  if (object.repeated !== undefined)
    return new Flaw('duplicate_attribute', `${named(path)} holds the name ${named(object.repeated)} twice`)
  const map: Record<string, AttributeValue> = {}
  for (const [name, value] of object) {
    const flaw = nameFlaw(name)
    if (flaw) return flaw
    const made = toAttribute(value, path, level)
    if (made instanceof Flaw) return made
    setMember(map, name, made)
  }
  return { M: map }
}
