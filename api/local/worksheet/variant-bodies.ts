import { type DuckDBValue, listValue, structValue } from '@duckdb/node-api'
import { JsonNumber, JsonObject, type JsonValue } from '../../json/json-value.ts'
import { type FlattenOptions, flatten } from './flatten.ts'
import {
  parsePath,
  parseVariant,
  type Step,
  variantAsText,
  variantAt,
  variantText,
  variantType
} from './variant.ts'
import { WorksheetError } from './worksheet-error.ts'

export type Argument = string | boolean | number | null
export type Body = (args: readonly Argument[]) => DuckDBValue

export const text = (argument: Argument | undefined): string => String(argument ?? '')
export const variant = (argument: Argument | undefined): JsonValue | undefined =>
  argument === null || argument === undefined ? undefined : parseVariant(String(argument))
export const print = (value: JsonValue | undefined): string | null =>
  value === undefined ? null : variantText(value)

const paths = new Map<string, readonly Step[]>()
export const stepsOf = (path: string): readonly Step[] => {
  const known = paths.get(path)
  if (known) return known
  const steps = parsePath(path)
  if (paths.size < 1000) paths.set(path, steps)
  return steps
}

export const keyStep = (key: JsonValue | undefined): Step =>
  key instanceof JsonNumber ? Number(key.text) : typeof key === 'string' ? key : ''

export const objectIn = (argument: Argument | undefined): JsonObject => {
  const value = variant(argument)
  if (value instanceof JsonObject) return value
  throw new WorksheetError(
    `Failed to cast variant value ${value === undefined ? 'NULL' : variantType(value)} to OBJECT`
  )
}

export const withoutRepeats = (object: JsonObject): JsonObject => {
  if (object.repeated !== undefined) throw new WorksheetError(`Duplicate field key '${object.repeated}'`)
  return object
}

const repeatedName = (value: JsonValue): string | undefined => {
  if (value instanceof JsonObject && value.repeated !== undefined) return value.repeated
  const members = Array.isArray(value) ? value : value instanceof JsonObject ? [...value.values()] : []
  for (const member of members as readonly JsonValue[]) {
    const found = repeatedName(member)
    if (found !== undefined) return found
  }
  return undefined
}

/** PARSE_JSON: empty text is NULL, a name that comes twice in an object an error. */
export const parse: Body = ([argument]) => {
  if (text(argument).trim() === '') return null
  const value = parseVariant(text(argument))
  const repeated = repeatedName(value)
  if (repeated !== undefined)
    throw new WorksheetError(`Error parsing JSON: duplicate object attribute "${repeated}"`)
  return variantText(value)
}

/** Pairs of key and value; a NULL key, and unless `keepNull` a NULL value, leaves the pair out. */
export const objectOf: Body = ([keepNull, ...pairs]) => {
  const object = new JsonObject()
  for (let at = 0; at < pairs.length; at += 2) {
    const key = pairs[at] ?? null
    const value = variant(pairs[at + 1])
    if (key === null || (value === undefined && keepNull !== true)) continue
    if (object.has(String(key))) throw new WorksheetError(`Duplicate field key '${key}'`)
    object.set(String(key), value ?? null)
  }
  return variantText(object)
}

export const objectInsert: Body = ([object, key, value, update]) => {
  if (object === null || key === null) return null
  const members = objectIn(object)
  if (members.has(text(key)) && update !== true) {
    throw new WorksheetError(`Duplicate field key '${key}'`)
  }
  const inserted = variant(value)
  if (inserted === undefined) members.delete(text(key))
  else members.set(text(key), inserted)
  return variantText(members)
}

export const objectDelete: Body = ([object, ...keys]) => {
  if (object === null) return null
  const members = objectIn(object)
  for (const key of keys) members.delete(text(key))
  return variantText(members)
}

/** Keys that are not there are left out. */
export const objectPick: Body = ([object, ...keys]) => {
  if (object === null) return null
  const wanted = new Set(keys.map(text))
  const members = objectIn(object)
  for (const key of [...members.keys()]) if (!wanted.has(key)) members.delete(key)
  return variantText(members)
}

export const arrayOf: Body = (items) => {
  if (items.includes(null)) {
    throw new WorksheetError(
      'ARRAY_CONSTRUCT of a NULL (undefined in Snowflake) is not supported in the local worksheet'
    )
  }
  return variantText(items.map((item) => parseVariant(text(item))))
}

/** An ARRAY of what is not NULL. */
export const arrayCompact: Body = (items) =>
  variantText(items.filter((item) => item !== null).map((item) => parseVariant(text(item))))

export const variantAs: Body = ([argument, kind]) => {
  const value = variant(argument)
  if (value === undefined || value === null) return null
  if (kind === 'ARRAY' && !Array.isArray(value)) return variantText([value])
  if (kind === 'OBJECT' && !(value instanceof JsonObject)) return variantText(objectIn(argument ?? null))
  return variantText(value)
}

export const sizeOf: Body = ([array]) => {
  const value = variant(array)
  return Array.isArray(value) ? value.length : null
}

export const contains: Body = ([item, array]) => {
  const values = variant(array)
  if (!Array.isArray(values) || item === null) return null
  const wanted = print(variant(item))
  return values.some((value: JsonValue) => variantText(value) === wanted)
}

export const join: Body = ([array, separator]) => {
  const values = variant(array)
  if (!Array.isArray(values) || separator === null) return null
  return values.map((value: JsonValue) => variantAsText(value) ?? '').join(text(separator))
}

export const tryParse: Body = ([argument]) => {
  try {
    return parse([argument ?? null])
  } catch (error) {
    // What Snowflake may well read is no NULL.
    if (/not supported/.test(String(error))) throw error
    return null
  }
}

export const entries: Body = ([input, path, outer, recursive, mode, seq]) => {
  const options = { outer: outer === true, recursive: recursive === true, mode: text(mode) } as FlattenOptions
  const root = variant(input)
  const at = root === undefined ? undefined : variantAt(root, stepsOf(text(path)))
  return listValue(
    flatten(at, text(path), options).map((row) =>
      structValue({
        SEQ: Number(seq),
        KEY: row.key,
        PATH: row.path,
        INDEX: row.index,
        VALUE: print(row.value),
        THIS: print(row.of)
      })
    )
  )
}

export const onVariant =
  (body: (value: JsonValue, ...rest: readonly Argument[]) => DuckDBValue): Body =>
  ([argument, ...rest]) => {
    const value = variant(argument)
    return value === undefined || rest.includes(null) ? null : body(value, ...rest)
  }
