import { assignTo } from './assignment.ts'
import type { Compiler } from './compiler.ts'
import { targetType } from './data-types.ts'
import { shownType } from './duck-type.ts'
import { identifier, quoteName } from './identifiers.ts'
import { emptyScope } from './scope.ts'
import { child, list, type Tree, unknownParts } from './sql-tree.ts'
import { notSupported } from './worksheet-error.ts'

/** A column of CREATE TABLE. */
export interface ColumnDefinition {
  readonly name: string
  /** The column as DuckDB creates it. */
  readonly text: string
  /** The type as declared, for DESC TABLE, where DuckDB's does not say it: OBJECT and VARIANT are both JSON there. */
  readonly declared: string | undefined
}

const declaredType = ({ type, length, variant }: ReturnType<typeof targetType>): string | undefined => {
  const declared = variant ?? (length === undefined ? undefined : `VARCHAR(${length})`)
  return declared === shownType(type) ? undefined : declared
}

/** PRIMARY KEY and UNIQUE are kept by nobody in Snowflake, so they are not kept here; NOT NULL and lengths are. */
export const columnDefinition = async (tree: Tree, compiler: Compiler): Promise<ColumnDefinition> => {
  const known = [
    'name',
    'data_type',
    'nullable',
    'default',
    'primary_key',
    'unique',
    'constraint_order',
    'comment',
    'constraints'
  ]
  const [unknown] = unknownParts(tree, known)
  if (unknown) throw notSupported(`A column with ${unknown.replaceAll('_', ' ').toUpperCase()}`)
  const name = identifier(child(tree, 'name'))
  const type = targetType(child(tree, 'data_type') ?? {})
  const isRequired = tree.nullable === false || list(tree, 'constraint_order').includes('NotNull')
  const initial = tree.default
    ? assignTo({ name, type: type.type }, await compiler.expression(tree.default, emptyScope))
    : undefined
  const parts = [
    quoteName(name),
    type.type,
    isRequired ? 'NOT NULL' : '',
    initial ? `DEFAULT ${initial.text}` : '',
    type.length === undefined ? '' : `CHECK (length(${quoteName(name)}) <= ${type.length})`
  ]
  return { name, text: parts.filter(Boolean).join(' '), declared: declaredType(type) }
}
