import {
  BOOLEAN,
  type DuckDBConnection,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  DuckDBVarCharType,
  INTEGER,
  LIST,
  listValue,
  STRUCT,
  structValue,
  VARCHAR
} from '@duckdb/node-api'
import { JsonNumber, JsonObject, type JsonValue } from '../../plan/json-value.ts'
import { divideDecimals } from './decimal-division.ts'
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
import { compareVariants } from './variant-compare.ts'
import { WorksheetError } from './worksheet-error.ts'

/** DuckDB knows JSON as text with this alias. Its own JSON functions lose digits of nested numbers; these do not. */
const VARIANT = new DuckDBVarCharType('JSON')
const ENTRIES = LIST(
  STRUCT({ SEQ: INTEGER, KEY: VARCHAR, PATH: VARCHAR, INDEX: INTEGER, VALUE: VARIANT, THIS: VARIANT })
)

type Argument = string | boolean | number | null
type Body = (args: readonly Argument[]) => DuckDBValue

interface ScalarFunction {
  readonly name: string
  readonly takes: readonly DuckDBType[]
  readonly rest?: DuckDBType
  readonly gives: DuckDBType
  readonly body: Body
}

const text = (argument: Argument | undefined): string => String(argument ?? '')
const variant = (argument: Argument | undefined): JsonValue | undefined =>
  argument === null || argument === undefined ? undefined : parseVariant(String(argument))
const print = (value: JsonValue | undefined): string | null =>
  value === undefined ? null : variantText(value)

const paths = new Map<string, readonly Step[]>()
const stepsOf = (path: string): readonly Step[] => {
  const known = paths.get(path)
  if (known) return known
  const steps = parsePath(path)
  if (paths.size < 1000) paths.set(path, steps)
  return steps
}

const keyStep = (key: JsonValue | undefined): Step =>
  key instanceof JsonNumber ? Number(key.text) : typeof key === 'string' ? key : ''

const objectIn = (argument: Argument | undefined): JsonObject => {
  const value = variant(argument)
  if (value instanceof JsonObject) return value
  throw new WorksheetError(
    `Failed to cast variant value ${value === undefined ? 'NULL' : variantType(value)} to OBJECT`
  )
}

const withoutRepeats = (object: JsonObject): JsonObject => {
  if (object.repeated !== undefined) throw new WorksheetError(`Duplicate field key '${object.repeated}'`)
  return object
}

/** Pairs of key and value; a NULL key, and unless `keepNull` a NULL value, leaves the pair out. */
const objectOf: Body = ([keepNull, ...pairs]) => {
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

const objectInsert: Body = ([object, key, value, update]) => {
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

const objectDelete: Body = ([object, ...keys]) => {
  if (object === null) return null
  const members = objectIn(object)
  for (const key of keys) members.delete(text(key))
  return variantText(members)
}

const arrayOf: Body = (items) => {
  if (items.includes(null)) {
    throw new WorksheetError(
      'ARRAY_CONSTRUCT of a NULL (undefined in Snowflake) is not supported in the local worksheet'
    )
  }
  return variantText(items.map((item) => parseVariant(text(item))))
}

const variantAs: Body = ([argument, kind]) => {
  const value = variant(argument)
  if (value === undefined || value === null) return null
  if (kind === 'ARRAY' && !Array.isArray(value)) return variantText([value])
  if (kind === 'OBJECT' && !(value instanceof JsonObject)) return variantText(objectIn(argument ?? null))
  return variantText(value)
}

const sizeOf: Body = ([array]) => {
  const value = variant(array)
  return Array.isArray(value) ? value.length : null
}

const contains: Body = ([item, array]) => {
  const values = variant(array)
  if (!Array.isArray(values) || item === null) return null
  const wanted = print(variant(item))
  return values.some((value: JsonValue) => variantText(value) === wanted)
}

const join: Body = ([array, separator]) => {
  const values = variant(array)
  if (!Array.isArray(values) || separator === null) return null
  return values.map((value: JsonValue) => variantAsText(value) ?? '').join(text(separator))
}

const tryParse: Body = ([argument]) => {
  try {
    return print(variant(argument))
  } catch {
    return null
  }
}

const entries: Body = ([input, path, outer, recursive, mode, seq]) => {
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

const onVariant =
  (body: (value: JsonValue, ...rest: readonly Argument[]) => DuckDBValue): Body =>
  ([argument, ...rest]) => {
    const value = variant(argument)
    return value === undefined || rest.includes(null) ? null : body(value, ...rest)
  }

const functions: readonly ScalarFunction[] = [
  {
    name: 'variant_get',
    takes: [VARCHAR, VARCHAR],
    gives: VARIANT,
    body: onVariant((value, path) => print(variantAt(value, stepsOf(text(path)))))
  },
  {
    name: 'variant_item',
    takes: [VARCHAR, VARCHAR],
    gives: VARIANT,
    body: onVariant((value, key) => print(variantAt(value, [keyStep(variant(key))])))
  },
  {
    name: 'variant_text',
    takes: [VARCHAR],
    gives: VARCHAR,
    body: onVariant((value) => variantAsText(value))
  },
  { name: 'variant_type', takes: [VARCHAR], gives: VARCHAR, body: onVariant((value) => variantType(value)) },
  {
    name: 'variant_compare',
    takes: [VARCHAR, VARCHAR],
    gives: INTEGER,
    body: onVariant((value, other) => compareVariants(value, parseVariant(text(other))))
  },
  {
    name: 'variant_parse',
    takes: [VARCHAR],
    gives: VARIANT,
    body: ([argument]) => (text(argument).trim() === '' ? null : print(variant(argument)))
  },
  { name: 'variant_try_parse', takes: [VARCHAR], gives: VARIANT, body: tryParse },
  { name: 'variant_as', takes: [VARCHAR, VARCHAR], gives: VARIANT, body: variantAs },
  { name: 'variant_object_of', takes: [BOOLEAN], rest: VARCHAR, gives: VARIANT, body: objectOf },
  {
    name: 'variant_object_checked',
    takes: [VARCHAR],
    gives: VARIANT,
    body: ([object]) => print(withoutRepeats(objectIn(object)))
  },
  {
    name: 'variant_object_insert',
    takes: [VARCHAR, VARCHAR, VARCHAR, BOOLEAN],
    gives: VARIANT,
    body: objectInsert
  },
  { name: 'variant_object_delete', takes: [VARCHAR], rest: VARCHAR, gives: VARIANT, body: objectDelete },
  {
    name: 'variant_object_keys',
    takes: [VARCHAR],
    gives: VARIANT,
    body: onVariant((value) => (value instanceof JsonObject ? variantText([...value.keys()].sort()) : null))
  },
  { name: 'variant_array', takes: [], rest: VARCHAR, gives: VARIANT, body: arrayOf },
  { name: 'variant_size', takes: [VARCHAR], gives: INTEGER, body: sizeOf },
  { name: 'variant_contains', takes: [VARCHAR, VARCHAR], gives: BOOLEAN, body: contains },
  { name: 'variant_join', takes: [VARCHAR, VARCHAR], gives: VARCHAR, body: join },
  {
    name: 'flatten_entries',
    takes: [VARCHAR, VARCHAR, BOOLEAN, BOOLEAN, VARCHAR, INTEGER],
    gives: ENTRIES,
    body: entries
  },
  {
    name: 'decimal_divide',
    takes: [VARCHAR, VARCHAR, INTEGER],
    gives: VARCHAR,
    body: ([top, bottom, scale]) =>
      top === null || bottom === null ? null : divideDecimals(text(top), text(bottom), Number(scale))
  }
]

/**
 * Registers the functions on VARIANTs that SQL cannot write without losing digits. They are synchronous; a throw
 * inside becomes an error of the statement, because one that escaped would end the process.
 */
export const registerVariantFunctions = (connection: DuckDBConnection): void => {
  for (const { name, takes, rest, gives, body } of functions) {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name,
        parameterTypes: takes,
        ...(rest ? { varArgsType: rest } : {}),
        returnType: gives,
        specialHandling: true,
        mainFunction: (info, input, output) => {
          try {
            const columns = Array.from({ length: input.columnCount }, (_, at) => input.getColumnVector(at))
            for (let row = 0; row < input.rowCount; row += 1) {
              output.setItem(row, body(columns.map((column) => column.getItem(row) as Argument)))
            }
            output.flush()
          } catch (error) {
            info.setError(error instanceof Error ? error.message : String(error))
          }
        }
      })
    )
  }
}
