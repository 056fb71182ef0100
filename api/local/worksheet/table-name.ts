import { identifier } from './identifiers.ts'
import { child, type Tree } from './sql-tree.ts'
import { notSupported } from './worksheet-error.ts'

/** The name of a table. Databases and schemas have no place here: two tables of one name would become one. */
export const tableName = (body: Tree): string => {
  if (body.schema || body.catalog) {
    throw notSupported(
      `A name with a schema (${[body.catalog, body.schema, body.name]
        .filter(Boolean)
        .map((part) => identifier(part as Tree))
        .join('.')})`
    )
  }
  return identifier(child(body, 'name'))
}
