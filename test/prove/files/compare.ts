import { JsonBytes } from '../../../api/json/json-bytes.ts'
import { JsonNumber, JsonObject, type JsonValue, JsonWord } from '../../../api/json/json-value.ts'

/** A value as canon.py writes it: `{"$n": digits}`, `{"$d": double}`, `{"$f": float}`, `{"$o": [[name, value], …]}`. */
export type Wanted = null | boolean | string | readonly Wanted[] | Readonly<Record<string, unknown>>

/** Whether a value that was read is the one that was put in. */
export const isSame = (got: JsonValue | undefined, want: Wanted): boolean => {
  if (typeof want === 'string' && got instanceof JsonBytes)
    return Buffer.from(got.bytes).toString('base64') === want
  if (want === null || typeof want !== 'object') return got === want
  if (Array.isArray(want))
    return Array.isArray(got) && got.length === want.length && want.every((each, n) => isSame(got[n], each))
  const { $o, $n, $d, $f } = want as Readonly<Record<string, unknown>>
  if ($o !== undefined) {
    const members = new Map($o as ReadonlyArray<readonly [string, Wanted]>)
    return (
      got instanceof JsonObject &&
      got.size === members.size &&
      [...members].every(([name, member]) => got.has(name) && isSame(got.get(name), member))
    )
  }
  if (got instanceof JsonWord) return String($d ?? $f) === got.text.toLowerCase().replace('infinity', 'inf')
  if (!(got instanceof JsonNumber)) return false
  if ($n !== undefined) return got.text === $n
  // DynamoDB has no zero below zero.
  return $d === undefined
    ? Math.fround(Number(got.text)) === Math.fround(Number($f))
    : Number(got.text) === Number($d)
}
