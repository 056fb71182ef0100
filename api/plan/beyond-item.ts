import { JsonObject, type JsonValue } from '../json/json-value.ts'
import { containerBytes, memberBytes } from './item-size.ts'
import { maxItemBytes } from './limits.ts'

/**
 * Whether a list or map takes more than a whole item may, by what its members take at the least: told before anything
 * is made of them, since a row of 4 MiB may hold two million.
 */
export const isBeyondItem = (value: JsonValue): boolean => leastBytes(value, maxItemBytes) > maxItemBytes

/** @returns more than `most` as soon as that is known */
const leastBytes = (value: JsonValue, most: number): number => {
  const members = value instanceof JsonObject ? value.values() : Array.isArray(value) ? value : undefined
  if (members === undefined) return typeof value === 'string' ? value.length : 1
  let bytes = containerBytes
  for (const member of members as Iterable<JsonValue>) {
    bytes += memberBytes + leastBytes(member, most - bytes)
    if (bytes > most) break
  }
  return bytes
}
