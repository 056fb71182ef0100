import { asText, asVariant } from './casts.ts'
import { familyOf } from './duck-type.ts'
import { type SpecialFunction, valuesOf } from './function-call.ts'
import type { Handler } from './handler.ts'
import { quoteText } from './identifiers.ts'
import type { Sql } from './scope.ts'
import { list, nodeOf } from './sql-tree.ts'
import { starColumns } from './star.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/**
 * An object whose keys are known: its JSON text is put together from the members' texts, in the order of the keys.
 * DuckDB's own JSON functions would turn 38-digit numbers inside into floating-point ones.
 */
const objectOf = (members: readonly (readonly [string, Sql])[], keepNull: boolean): Sql => {
  const sorted = members.toSorted(([a], [b]) => (a < b ? -1 : 1))
  sorted.forEach(([key], at) => {
    if (sorted[at + 1]?.[0] === key) throw compilationError(`Duplicate field key '${key}'`)
  })
  const texts = sorted.map(([key, value]) => {
    const variant = `CAST(${asVariant(value).text} AS VARCHAR)`
    const shown = keepNull ? `coalesce(${variant}, 'null')` : variant
    return `${quoteText(`${JSON.stringify(key)}:`)} || ${shown}`
  })
  // concat_ws leaves out NULLs, and a NULL member makes its pair NULL.
  const inside = texts.length === 0 ? "''" : `concat_ws(',', ${texts.join(', ')})`
  return { text: `CAST('{' || ${inside} || '}' AS JSON)`, type: 'JSON' }
}

const literalKey = (key: Sql | undefined): string | undefined => key?.literal

const construct =
  ({ keepNull }: { readonly keepNull: boolean }): SpecialFunction =>
  async (call) => {
    const [only] = call.args
    const { kind, body } = nodeOf(only)
    if (call.args.length === 1 && kind === 'star') {
      return objectOf(await starColumns(body, call.scope, call.compiler), keepNull)
    }
    const values = await valuesOf(call)
    if (values.length % 2 === 1) {
      throw compilationError(`function [${call.name}] takes pairs of key and value`)
    }
    const keys = values.filter((_, at) => at % 2 === 0)
    const pairs = keys.map((key, at): readonly [Sql, Sql] => [key, values[at * 2 + 1] ?? key])
    const known = pairs.flatMap(([key, value]): (readonly [string, Sql])[] => {
      const text = literalKey(key)
      return text === undefined ? [] : [[text, value]]
    })
    if (known.length === pairs.length) return objectOf(known, keepNull)
    const flat = pairs.flatMap(([key, value]) => [
      familyOf(key.type) === 'null' ? 'NULL' : asText(key).text,
      asVariant(value).text
    ])
    return { text: `variant_object_of(${keepNull}, ${flat.join(', ')})`, type: 'JSON' }
  }

/**
 * `{'a': 1}`, as OBJECT_CONSTRUCT of the same pairs. Whether Snowflake keeps a NULL there is UNVERIFIED, so a NULL that
 * is written is refused: the functions say which is meant.
 */
export const objectConstant: Handler = async (body, scope, compiler) => {
  const values = list(body, 'values')
  const pairs: (readonly [string, Sql])[] = []
  for (const [at, tree] of list(body, 'keys').entries()) {
    const key = literalKey(await compiler.expression(tree, scope))
    if (key === undefined) throw notSupported('An object constant whose keys are not texts')
    if (nodeOf(values[at]).kind === 'null')
      throw notSupported(
        'NULL in an object constant: OBJECT_CONSTRUCT drops it, OBJECT_CONSTRUCT_KEEP_NULL keeps it. It'
      )
    pairs.push([key, await compiler.expression(values[at], scope)])
  }
  return objectOf(pairs, false)
}

export const arrayOf = (values: readonly Sql[], name = 'variant_array'): Sql => ({
  text: `${name}(${values.map((value) => asVariant(value).text).join(', ')})`,
  type: 'JSON'
})

/** OBJECT_DELETE and OBJECT_PICK: an object and keys. */
const byKeys =
  (name: string): SpecialFunction =>
  async (call) => {
    const [object, ...keys] = await valuesOf(call)
    if (object === undefined || familyOf(object.type) !== 'variant' || keys.length === 0) {
      throw compilationError(`function [${call.name}] takes an OBJECT and keys`)
    }
    const texts = [object, ...keys.map(asText)].map((value) => value.text)
    return { text: `${name}(${texts.join(', ')})`, type: 'JSON' }
  }

export const constructors: Readonly<Record<string, SpecialFunction>> = {
  OBJECT_CONSTRUCT: construct({ keepNull: false }),
  OBJECT_CONSTRUCT_KEEP_NULL: construct({ keepNull: true }),
  OBJECT_DELETE: byKeys('variant_object_delete'),
  OBJECT_PICK: byKeys('variant_object_pick'),
  ARRAY_CONSTRUCT: async (call) => arrayOf(await valuesOf(call)),
  ARRAY_CONSTRUCT_COMPACT: async (call) => arrayOf(await valuesOf(call), 'variant_array_compact')
}
