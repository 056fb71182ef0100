import { type JsonArray, JsonObject, type JsonValue, JsonWord } from '../json/json-value.ts'
import { Flaw, named } from './row-result.ts'

/** What the option `non_finite` may do with NaN and the infinities, which DynamoDB does not hold. */
export const nonFiniteChoices = ['reject', 'null', 'omit', 'text'] as const
export type NonFinite = (typeof nonFiniteChoices)[number]

const nanOrInfinity = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i

/** `NaN`, `Infinity` or `-Infinity`, however the text spells it; undefined for any other text. */
export const nonFiniteName = (text: string): string | undefined => {
  const [, sign, nan] = nanOrInfinity.exec(text) ?? []
  if (sign === undefined) return undefined
  return nan === undefined ? `${sign === '-' ? '-' : ''}Infinity` : 'NaN'
}

/** What is wrong with a row that holds a bare word. */
export const wordFlaw = ({ text }: JsonWord, path: string): Flaw =>
  nonFiniteName(text) === undefined
    ? new Flaw('unsupported_value', `attribute ${named(path)} is undefined, which is no value`)
    : new Flaw(
        'unsupported_value',
        `attribute ${named(path)} is NaN or infinite, which DynamoDB does not hold: use option non_finite`
      )

/**
 * A value as the option `non_finite` makes it: NaN and infinities, wherever they stand in it, become NULL or text, or
 * are left out of what they stand in. The word `undefined` stays, and so does everything where they are rejected.
 *
 * @returns undefined when the value itself is left out
 */
export const withoutNonFinite = (value: JsonValue, choice: NonFinite): JsonValue | undefined => {
  if (choice === 'reject') return value
  if (value instanceof JsonWord) {
    const name = nonFiniteName(value.text)
    return name === undefined ? value : nonFiniteAs(name, choice)
  }
  if (value instanceof JsonObject) return finiteMembers(value, choice)
  return isArray(value)
    ? value.map((member) => withoutNonFinite(member, choice)).filter((member) => member !== undefined)
    : value
}

/** An object's members without NaN and infinities. */
export const finiteMembers = (object: JsonObject, choice: Exclude<NonFinite, 'reject'>): JsonObject => {
  const finite = new JsonObject()
  for (const [name, member] of object) {
    const made = withoutNonFinite(member, choice)
    if (made !== undefined) finite.set(name, made)
  }
  finite.repeated = object.repeated
  return finite
}

/** What stands for NaN or an infinity, given by `nonFiniteName`; undefined when it is left out. */
export const nonFiniteAs = (name: string, choice: Exclude<NonFinite, 'reject'>): string | null | undefined =>
  choice === 'text' ? name : choice === 'null' ? null : undefined

const isArray = (value: JsonValue): value is JsonArray => Array.isArray(value)
