import { type JsonArray, JsonObject, type JsonValue } from '../../json/json-value.ts'

export interface FlattenOptions {
  readonly outer: boolean
  readonly recursive: boolean
  readonly mode: 'ARRAY' | 'OBJECT' | 'BOTH'
}

export interface Flattened {
  readonly key: string | null
  readonly path: string
  readonly index: number | null
  readonly value: JsonValue | undefined
  readonly of: JsonValue | undefined
}

const isPlainName = (name: string): boolean => /^[A-Za-z_][\w$]*$/.test(name)

const step = (path: string, name: string): string => {
  if (!isPlainName(name)) return `${path}['${name}']`
  return path === '' ? name : `${path}.${name}`
}

/** One level of an object or array, in order; each member followed by its own members when recursive. */
const membersOf = function* (of: JsonValue, path: string, options: FlattenOptions): Generator<Flattened> {
  if (Array.isArray(of)) {
    for (const [index, value] of (of as JsonArray).entries()) {
      const at = `${path}[${index}]`
      if (options.mode !== 'OBJECT') yield { key: null, path: at, index, value, of }
      if (options.recursive) yield* membersOf(value, at, options)
    }
  } else if (of instanceof JsonObject) {
    for (const [key, value] of [...of.entries()].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const at = step(path, key)
      if (options.mode !== 'ARRAY') yield { key, path: at, index: null, value, of }
      if (options.recursive) yield* membersOf(value, at, options)
    }
  }
}

/**
 * The rows of FLATTEN for one input. With `outer` an input without members gives one row of NULLs.
 * https://docs.snowflake.com/en/sql-reference/functions/flatten
 */
export const flatten = (
  value: JsonValue | undefined,
  path: string,
  options: FlattenOptions
): readonly Flattened[] => {
  const rows = value === undefined ? [] : [...membersOf(value, path, options)]
  if (rows.length > 0 || !options.outer) return rows
  return [{ key: null, path, index: null, value: undefined, of: value }]
}
