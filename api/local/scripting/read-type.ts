import { type TargetType, targetType } from '../worksheet/data-types.ts'
import { Dialect, parse } from '../worksheet/lean-parser.ts'
import { child, list, nodeOf, type Tree } from '../worksheet/sql-tree.ts'
import { compilationError } from '../worksheet/worksheet-error.ts'

/** Types by their words: procedures declare the same few with each call. */
const known = new Map<string, TargetType>()
/** So many are remembered. */
const mostKnown = 1_000

/** A type as written in a declaration. @throws WorksheetError for types that the worksheet does not hold */
export const readType = (written: string): TargetType => {
  const found = known.get(written)
  if (found) return found
  const type = parsed(written)
  if (known.size < mostKnown) known.set(written, type)
  return type
}

const parsed = (written: string): TargetType => {
  const result = parse(`select cast(null as ${written})`, Dialect.Snowflake)
  const [tree] = (result.success ? result.ast : []) as readonly Tree[]
  const cast = nodeOf(list(nodeOf(tree).body, 'expressions')[0])
  if (cast.kind !== 'cast') throw compilationError(`syntax error: '${written}' is not a type`)
  return targetType(child(cast.body, 'to') ?? {})
}
