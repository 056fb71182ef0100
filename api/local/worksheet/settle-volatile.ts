import { bareName, summarises } from './call-places.ts'
import type { Compiler } from './compiler.ts'
import { holds } from './external-calls.ts'
import { functionName } from './functions.ts'
import { identifier, quoteName } from './identifiers.ts'
import type { From } from './scope.ts'
import { child, list, nodeOf, type Tree } from './sql-tree.ts'

const isVolatile = (tree: unknown): boolean =>
  holds(tree, (kind, node) => {
    if (kind !== 'function') return false
    const { body } = nodeOf(node)
    const { name } = functionName(body)
    return name === 'UUID_STRING' || (name === 'RANDOM' && list(body, 'args').length === 0)
  })

interface Item {
  readonly name: string
  readonly tree: unknown
}

/** Aliased items with a random value that something else in the SELECT uses by the alias. */
const reusedItems = (select: Tree): readonly Item[] => {
  const items = list(select, 'expressions')
  return items.flatMap((item): readonly Item[] => {
    const { kind, body } = nodeOf(item)
    if (kind !== 'alias' || !isVolatile(body.this) || summarises(body.this)) return []
    const name = identifier(child(body, 'alias'))
    const others = { ...select, expressions: items.filter((other) => other !== item), from: null, with: null }
    const isUsed = holds(
      Object.values(others),
      (kind_, node) => kind_ === 'column' && bareName(node) === name
    )
    return isUsed ? [{ name, tree: body.this }] : []
  })
}

/**
 * `SELECT UUID_STRING() AS id, push_to_dynamo('t', OBJECT_CONSTRUCT('id', id))` means one id a row. Elsewhere an alias
 * is replaced by its expression, which would here give another id: so the value is made in a subquery of its own.
 */
export const settleVolatile = async (
  select: Tree,
  from: From,
  compiler: Compiler
): Promise<readonly [Tree, From]> => {
  const reused = reusedItems(select)
  if (reused.length === 0) return [select, from]
  const wrapper = quoteName(compiler.uniqueName())
  const alias = compiler.uniqueName()
  const fields: string[] = []
  const columns: { name: string; type: string }[] = []
  for (const { name, tree } of reused) {
    const sql = await compiler.expression(tree, from.scope)
    fields.push(`${quoteName(name)} := ${sql.text}`)
    columns.push({ name, type: sql.type })
  }
  const structs = from.scope.sources.map((source) => `${source.path} AS ${quoteName(source.alias)}`)
  const values = [...structs, `struct_pack(${fields.join(', ')}) AS ${quoteName(alias)}`]
  const names = new Set(reused.map((item) => item.name))
  const expressions = list(select, 'expressions').map((item) => {
    const { kind, body } = nodeOf(item)
    const name = kind === 'alias' ? identifier(child(body, 'alias')) : ''
    if (!names.has(name)) return item
    const column = { name: { name, quoted: true }, table: { name: alias, quoted: true } }
    return { alias: { ...body, this: { column } } }
  })
  const source = { alias, path: `${wrapper}.${quoteName(alias)}`, columns, isHidden: true }
  const kept = from.scope.sources.map((other) => ({ ...other, path: `${wrapper}.${quoteName(other.alias)}` }))
  return [
    { ...select, expressions },
    {
      text: `(SELECT ${values.join(', ')}${from.text === '' ? '' : ` FROM ${from.text}`}) AS ${wrapper}`,
      scope: { ...from.scope, merged: new Set(), sources: [...kept, source] }
    }
  ]
}
