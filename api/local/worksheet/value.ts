import { castTo } from './casts.ts'
import type { Compiler } from './compiler.ts'
import type { TargetType } from './data-types.ts'
import { familyOf } from './duck-type.ts'
import type { Engine } from './engine.ts'
import { quoteText } from './identifiers.ts'
import { emptyScope, type Sql } from './scope.ts'
import { nodeOf } from './sql-tree.ts'

/** A value outside of a query: what a variable holds. Its text is DuckDB's own for that type. */
export interface Value {
  readonly type: string
  readonly text: string | null
}

/** The value as a constant of a query. */
export const constantOf = ({ type, text }: Value): Sql => {
  if (text === null) {
    return familyOf(type) === 'null'
      ? { text: 'NULL', type: 'NULL' }
      : { text: `CAST(NULL AS ${type})`, type }
  }
  return type === 'VARCHAR'
    ? { text: quoteText(text), type, literal: text }
    : { text: `CAST(${quoteText(text)} AS ${type})`, type }
}

/** Computes an expression that stands alone. */
export const computed = async (sql: Sql, engine: Engine): Promise<Value> => {
  const result = await engine.run(`SELECT CAST((${sql.text}) AS VARCHAR)`)
  const value = result.getRows()[0]?.[0]
  return { type: sql.type, text: value === null || value === undefined ? null : String(value) }
}

/** Computes a parsed expression, which may be a query in parentheses or call an external function. */
export const evaluate = async (tree: unknown, compiler: Compiler, type?: TargetType): Promise<Value> => {
  if (nodeOf(tree).kind === 'null') return { type: type?.type ?? 'NULL', text: null }
  const select = {
    select: { expressions: [{ alias: { this: tree, alias: { name: 'VALUE', quoted: true } } }] }
  }
  const sql = await compiler.expression({ subquery: { this: select } }, emptyScope)
  return computed(type === undefined ? sql : castTo(sql, type), compiler.engine)
}
