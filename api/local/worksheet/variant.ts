import { parseJson } from '../../json/json-text.ts'
import { type JsonArray, JsonNumber, JsonObject, type JsonValue, JsonWord } from '../../json/json-value.ts'
import { compilationError, notSupported, WorksheetError } from './worksheet-error.ts'

/** Snowflake keeps numbers of a VARIANT without trailing zeros: 1.50 is 1.5. */
const plainNumber = (text: string): string =>
  /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '').replace(/^-0$/, '0') : text

/** JSON text as Snowflake writes a VARIANT: no spaces, keys in order of their characters, all digits. */
export const variantText = (value: JsonValue): string => {
  if (value instanceof JsonNumber) return plainNumber(value.text)
  if (value instanceof JsonWord) throw notSupported(`The word ${value.text} in JSON`)
  if (Array.isArray(value)) return `[${(value as JsonArray).map(variantText).join(',')}]`
  if (value instanceof JsonObject) {
    const members = [...value.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${variantText(member)}`).join(',')}}`
  }
  return JSON.stringify(value)
}

/** The same, as Snowflake's client shows it: two spaces a level. */
export const prettyVariant = (value: JsonValue, indent = ''): string => {
  const inner = `${indent}  `
  const block = (open: string, lines: readonly string[], close: string): string =>
    lines.length === 0
      ? open + close
      : `${open}\n${lines.map((line) => inner + line).join(',\n')}\n${indent}${close}`
  if (Array.isArray(value)) {
    return block(
      '[',
      (value as JsonArray).map((item) => prettyVariant(item, inner)),
      ']'
    )
  }
  if (value instanceof JsonObject) {
    const members = [...value.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
    return block(
      '{',
      members.map(([name, member]) => `${JSON.stringify(name)}: ${prettyVariant(member, inner)}`),
      '}'
    )
  }
  return variantText(value)
}

/** Reads JSON as PARSE_JSON does. @throws WorksheetError in Snowflake's words. */
export const parseVariant = (text: string): JsonValue => {
  try {
    return parseJson(text)
  } catch (error) {
    throw new WorksheetError(`Error parsing JSON: ${error instanceof Error ? error.message : 'not JSON'}`)
  }
}

/** TYPEOF in Snowflake's words. */
export const variantType = (value: JsonValue): string => {
  if (value === null) return 'NULL_VALUE'
  if (typeof value === 'string') return 'VARCHAR'
  if (typeof value === 'boolean') return 'BOOLEAN'
  if (Array.isArray(value)) return 'ARRAY'
  if (!(value instanceof JsonNumber)) return 'OBJECT'
  const text = plainNumber(value.text)
  return /^-?\d+$/.test(text) ? 'INTEGER' : /[eE]/.test(text) ? 'DOUBLE' : 'DECIMAL'
}

/** The scalar as text, an object or array as compact JSON; JSON null is SQL NULL, as in Snowflake's casts. */
export const variantAsText = (value: JsonValue): string | null =>
  value === null ? null : typeof value === 'string' ? value : withoutExponent(variantText(value))

/** Snowflake holds a number written with an exponent as a FLOAT and casts it as one: 1e3 is the text 1000. */
const withoutExponent = (text: string): string =>
  /^-?\d+(\.\d+)?[eE][+-]?\d+$/.test(text) ? String(Number(text)) : text

export type Step = string | number

const pathPattern =
  /\.?([A-Za-z_$][\w$]*)|\[(\d+)\]|\[(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\]|\.?"((?:[^"]|"")*)"/y

/** `items[0].name` or `["odd name"].x` as steps. @throws WorksheetError for anything else. */
export const parsePath = (path: string): readonly Step[] => {
  const steps: Step[] = []
  pathPattern.lastIndex = 0
  while (pathPattern.lastIndex < path.length) {
    const start = pathPattern.lastIndex
    const match = pathPattern.exec(path)
    if (match === null) throw compilationError(`invalid extraction path '${path}' at character ${start + 1}`)
    const [, name, index, double, single, quoted] = match
    if (index !== undefined) steps.push(Number(index))
    else steps.push(name ?? double ?? single ?? quoted?.replaceAll('""', '"') ?? '')
  }
  return steps
}

/** The member at the end of the steps; nothing when it is not there, which is not the same as JSON null. */
export const variantAt = (value: JsonValue, steps: readonly Step[]): JsonValue | undefined => {
  let at: JsonValue | undefined = value
  for (const step of steps) {
    if (at instanceof JsonObject) at = typeof step === 'string' ? at.get(step) : undefined
    else if (Array.isArray(at)) at = typeof step === 'number' ? (at as JsonArray)[step] : undefined
    else return undefined
  }
  return at
}
