import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBScalarFunction,
  type DuckDBType,
  DuckDBVarCharType,
  INTEGER,
  LIST,
  STRUCT,
  VARCHAR
} from '@duckdb/node-api'
import { JsonObject } from '../../json/json-value.ts'
import { microText, momentText } from './auto-text.ts'
import { textBoolean, textBooleanOrError } from './boolean-text.ts'
import { divideDecimals } from './decimal-division.ts'
import { parseVariant, variantAsText, variantAt, variantText, variantType } from './variant.ts'
import {
  type Argument,
  arrayCompact,
  arrayOf,
  type Body,
  contains,
  entries,
  join,
  keyStep,
  objectDelete,
  objectIn,
  objectInsert,
  objectOf,
  objectPick,
  onVariant,
  parse,
  print,
  sizeOf,
  stepsOf,
  text,
  tryParse,
  variant,
  variantAs,
  withoutRepeats
} from './variant-bodies.ts'
import { compareVariants } from './variant-compare.ts'

/** A FLOAT by the format `9.00…EE`: one digit, a fraction, an exponent with a sign only where it is negative. */
const floatDigits = (value: number, digits: number): string =>
  Number.isFinite(value)
    ? value.toExponential(digits).replace('e+', 'E').replace('e', 'E')
    : String(value).replace('Infinity', 'inf')

/** Levenshtein's distance in characters; DuckDB counts bytes. */
const editDistance = (from: string, to: string): number => {
  const wanted = [...to]
  let row = wanted.map((_, n) => n + 1)
  for (const [line, character] of [...from].entries()) {
    let diagonal = line
    let left = line + 1
    row = row.map((above, n) => {
      const cost = Math.min(above + 1, left + 1, diagonal + (wanted[n] === character ? 0 : 1))
      diagonal = above
      left = cost
      return cost
    })
  }
  return row.at(-1) ?? [...from].length
}

/** DuckDB knows JSON as text with this alias. Its own JSON functions lose digits of nested numbers; these do not. */
const VARIANT = new DuckDBVarCharType('JSON')
const ENTRIES = LIST(
  STRUCT({ SEQ: INTEGER, KEY: VARCHAR, PATH: VARCHAR, INDEX: INTEGER, VALUE: VARIANT, THIS: VARIANT })
)

interface ScalarFunction {
  readonly name: string
  readonly takes: readonly DuckDBType[]
  readonly rest?: DuckDBType
  readonly gives: DuckDBType
  readonly body: Body
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
    body: parse
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
  { name: 'variant_object_pick', takes: [VARCHAR], rest: VARCHAR, gives: VARIANT, body: objectPick },
  {
    name: 'variant_object_keys',
    takes: [VARCHAR],
    gives: VARIANT,
    body: onVariant((value) => (value instanceof JsonObject ? variantText([...value.keys()].sort()) : null))
  },
  { name: 'variant_array', takes: [], rest: VARCHAR, gives: VARIANT, body: arrayOf },
  { name: 'variant_array_compact', takes: [], rest: VARCHAR, gives: VARIANT, body: arrayCompact },
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
    name: 'float_digits',
    takes: [DOUBLE, INTEGER],
    gives: VARCHAR,
    body: ([value, digits]) => (value === null ? null : floatDigits(Number(value), Number(digits)))
  },
  {
    name: 'edit_distance',
    takes: [VARCHAR, VARCHAR],
    gives: INTEGER,
    body: ([from, to]) => (from === null || to === null ? null : editDistance(text(from), text(to)))
  },
  {
    name: 'decimal_divide',
    takes: [VARCHAR, VARCHAR, INTEGER],
    gives: VARCHAR,
    body: ([top, bottom, scale]) =>
      top === null || bottom === null ? null : divideDecimals(text(top), text(bottom), Number(scale))
  },
  { name: 'moment_text', takes: [VARCHAR], gives: VARCHAR, body: momentText },
  { name: 'micro_text', takes: [VARCHAR], gives: VARCHAR, body: microText },
  { name: 'text_boolean', takes: [VARCHAR], gives: BOOLEAN, body: textBoolean },
  { name: 'text_boolean_or_error', takes: [VARCHAR], gives: BOOLEAN, body: textBooleanOrError }
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
