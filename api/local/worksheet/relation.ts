import type { Compiler } from './compiler.ts'
import { aliasOf, columnNames, namedRelation, type Relation } from './named-relation.ts'
import type { Scope } from './scope.ts'
import { nodeOf, type Tree, unknownParts } from './sql-tree.ts'
import { fromFunction } from './table-functions.ts'
import { tableName } from './table-name.ts'
import { tableNamed } from './table-relation.ts'
import { notSupported } from './worksheet-error.ts'

/** A query in parentheses. */
const subquery = async (body: Tree, scope: Scope, compiler: Compiler): Promise<Relation> => {
  const [unknown] = unknownParts(body, [
    'this',
    'alias',
    'column_aliases',
    'modifiers_inside',
    'order_by',
    'limit',
    'offset'
  ])
  if (unknown) throw notSupported(`A subquery with ${unknown.toUpperCase()}`)
  const inner = { subquery: { ...body, alias: null, column_aliases: [] } }
  const { text, columns } = await compiler.query(inner, scope)
  return namedRelation(aliasOf(body, compiler.uniqueName()), `(${text})`, columns, columnNames(body))
}

/** One source of a FROM. @throws WorksheetError when there is none of that name, or of that kind. */
export const relation = async (tree: unknown, scope: Scope, compiler: Compiler): Promise<Relation> => {
  const { kind, body } = nodeOf(tree)
  switch (kind) {
    case 'table': {
      const [unknown] = unknownParts(body, [
        'name',
        'schema',
        'catalog',
        'alias',
        'column_aliases',
        'table_sample'
      ])
      if (unknown) throw notSupported(`A table with ${unknown.toUpperCase()}`)
      return tableNamed(tableName(body), body, scope, compiler)
    }
    case 'stage_reference': {
      const { text, columns } = await compiler.others.stage(body, compiler)
      return namedRelation(aliasOf(body, compiler.uniqueName()), `(${text})`, columns, columnNames(body))
    }
    case 'subquery':
      return subquery(body, scope, compiler)
    case 'values':
      return subquery(
        {
          this: { values: { ...body, alias: null, column_aliases: [] } },
          alias: body.alias,
          column_aliases: body.column_aliases
        },
        scope,
        compiler
      )
    case 'alias': {
      const { kind: inner, body: call } = nodeOf(body.this)
      if (inner === 'table' || inner === 'subquery' || inner === 'stage_reference') {
        return relation(
          { [inner]: { ...call, alias: body.alias, column_aliases: body.column_aliases } },
          scope,
          compiler
        )
      }
      if (inner !== 'function') throw notSupported(`FROM ${inner.toUpperCase()}`)
      return fromFunction(call, body, scope, compiler)
    }
    case 'function':
      return fromFunction(body, {}, scope, compiler)
    default:
      throw notSupported(`FROM ${kind.replaceAll('_', ' ').toUpperCase()}`)
  }
}
