import type { DuckType } from './duck-type.ts'
import { quoteName } from './identifiers.ts'
import { compilationError } from './worksheet-error.ts'

/** A value outside of a query: what a variable holds. Its text is DuckDB's own for that type. */
export interface Value {
  readonly type: string
  readonly text: string | null
}

/** A piece of DuckDB SQL and the type of its value. */
export interface Sql {
  readonly text: string
  readonly type: DuckType
  /** Set on a literal: the typed text, so that `'2024-01-31'` can become a date and `'5'` a number. */
  readonly literal?: string
  /** Set on what a variable holds: there is nothing to compute. */
  readonly value?: Value
}

export interface Column {
  readonly name: string
  readonly type: DuckType
}

/** A compiled query: its text and what its columns are. */
export interface Query {
  readonly text: string
  readonly columns: readonly Column[]
}

/** One table, view, subquery or table function of a FROM. */
export interface Source {
  readonly alias: string
  /** How DuckDB reaches it: `"T"`, or `"_F1"."T"` once a FLATTEN has wrapped it. */
  readonly path: string
  readonly columns: readonly Column[]
  /** Not part of `*`. */
  readonly isHidden?: boolean
}

/** One `name AS (…)` of a WITH. */
export interface Cte {
  readonly name: string
  readonly definition: string
  readonly columns: readonly Column[]
}

/** The names an expression may use. */
export interface Scope {
  /** Every WITH that is visible here, outermost first. */
  readonly ctes: readonly Cte[]
  readonly sources: readonly Source[]
  /** Columns merged by USING or NATURAL, kept once. */
  readonly merged: ReadonlySet<string>
  /** Select aliases, which Snowflake lets other clauses use. */
  readonly aliases: ReadonlyMap<string, Sql>
  /** Whether an alias wins over a column of that name, as in ORDER BY. */
  readonly aliasesFirst?: boolean
  readonly outer?: Scope
}

export const emptyScope: Scope = { ctes: [], sources: [], merged: new Set(), aliases: new Map() }

const inSources = (scope: Scope, name: string, table: string | undefined): Sql | undefined => {
  const found = scope.sources
    .filter((source) => table === undefined || source.alias === table)
    .flatMap((source) =>
      source.columns
        .filter((column) => column.name === name)
        .map((column) => ({ text: `${source.path}.${quoteName(name)}`, type: column.type }))
    )
  const [first] = found
  if (first === undefined) return undefined
  if (found.length === 1) return first
  if (table === undefined && scope.merged.has(name)) return { text: quoteName(name), type: first.type }
  throw compilationError(`ambiguous column name '${name}'`)
}

const find = (scope: Scope, name: string, table: string | undefined): Sql | undefined => {
  const alias = table === undefined ? scope.aliases.get(name) : undefined
  if (scope.aliasesFirst && alias) return alias
  return inSources(scope, name, table) ?? alias ?? (scope.outer && find(scope.outer, name, table))
}

/** The column or alias of that name, from the innermost query outwards. @throws WorksheetError: invalid identifier. */
export const resolveColumn = (scope: Scope, name: string, table?: string): Sql => {
  const found = find(scope, name, table)
  if (found === undefined) {
    throw compilationError(`invalid identifier '${table === undefined ? name : `${table}.${name}`}'`)
  }
  return found
}

/** `$2` or `t.$2`: a column by its place. @throws WorksheetError when it does not say which source's. */
export const resolvePosition = (scope: Scope, position: number, table?: string): Sql => {
  const sources = scope.sources.filter(
    (source) => !source.isHidden && (table ?? source.alias) === source.alias
  )
  const column = sources.length === 1 ? sources[0]?.columns[position - 1] : undefined
  if (column === undefined) throw compilationError(`invalid identifier '$${position}'`)
  return { text: `${sources[0]?.path}.${quoteName(column.name)}`, type: column.type }
}

/** Every column of `*` or `t.*`, in order, as the references that print them. */
export const columnsOf = (scope: Scope, table?: string): readonly (readonly [string, Sql])[] => {
  const sources = scope.sources.filter((source) =>
    table === undefined ? !source.isHidden : source.alias === table
  )
  if (sources.length === 0)
    throw compilationError(
      table === undefined ? 'SELECT * with no tables specified is not valid' : `invalid identifier '${table}'`
    )
  const seen = new Set<string>()
  return sources.flatMap((source) =>
    source.columns.flatMap((column): (readonly [string, Sql])[] => {
      const isMerged = table === undefined && scope.merged.has(column.name)
      if (isMerged && seen.has(column.name)) return []
      seen.add(column.name)
      const text = isMerged ? quoteName(column.name) : `${source.path}.${quoteName(column.name)}`
      return [[column.name, { text, type: column.type }]]
    })
  )
}

/** A FROM: its text, and the sources and merged columns it gives to the rest of the query. */
export interface From {
  readonly text: string
  readonly scope: Scope
}
