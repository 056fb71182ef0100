import { assignTo } from './assignment.ts'
import { type Target, targetOf } from './change-rows.ts'
import { asCondition } from './comparison.ts'
import type { Compiler } from './compiler.ts'
import { compileFrom } from './from.ts'
import { identifier, quoteName } from './identifiers.ts'
import { columnNamed } from './insert.ts'
import { emptyScope, type Scope } from './scope.ts'
import { child, list, nodeOf, type Tree, unknownParts, word } from './sql-tree.ts'
import type { StatementRunner } from './statement.ts'
import { compilationError, notSupported, WorksheetError } from './worksheet-error.ts'

interface When {
  readonly text: string
  readonly action: 'inserted' | 'updated' | 'deleted'
}

const whenOf = async (tree: Tree, target: Target, scope: Scope, compiler: Compiler): Promise<When> => {
  const [unknown] = unknownParts(tree, ['matched', 'condition', 'then', 'source'])
  if (unknown) throw notSupported(`MERGE WHEN with ${unknown.toUpperCase()}`)
  const isMatched = nodeOf(tree.matched).body.value === true
  const condition = tree.condition
    ? ` AND ${asCondition(await compiler.expression(tree.condition, scope)).text}`
    : ''
  const prefix = `WHEN ${isMatched ? '' : 'NOT '}MATCHED${condition} THEN`
  const then = nodeOf(tree.then)
  const parts = then.kind === 'tuple' ? list(then.body, 'expressions') : [tree.then]
  const verb = word(nodeOf(parts[0]).body, 'this').toUpperCase()
  if (verb === 'DELETE') return { text: `${prefix} DELETE`, action: 'deleted' }
  const names = list(nodeOf(parts[1]).body, 'expressions')
  if (verb === 'UPDATE') {
    const sets: string[] = []
    for (const assignment of names) {
      const { body } = nodeOf(assignment)
      const column = columnNamed(target.columns, nameOf(body.left))
      sets.push(
        `${quoteName(column.name)} = ${assignTo(column, await compiler.expression(body.right, scope)).text}`
      )
    }
    return { text: `${prefix} UPDATE SET ${sets.join(', ')}`, action: 'updated' }
  }
  if (verb !== 'INSERT') throw notSupported(`MERGE … THEN ${verb || nodeOf(parts[0]).kind}`)
  const values = parts.length === 2 ? names : list(nodeOf(parts[2]).body, 'expressions')
  const columns =
    parts.length === 2 ? target.columns : names.map((tree_) => columnNamed(target.columns, nameOf(tree_)))
  const texts: string[] = []
  for (const [at, value] of values.entries()) {
    const column = columns[at]
    if (column === undefined || columns.length !== values.length)
      throw compilationError('MERGE INSERT has another number of values than columns')
    texts.push(assignTo(column, await compiler.expression(value, scope)).text)
  }
  return {
    text: `${prefix} INSERT (${columns.map((column) => quoteName(column.name)).join(', ')}) VALUES (${texts.join(', ')})`,
    action: 'inserted'
  }
}

const nameOf = (tree: unknown): string => {
  const { kind, body } = nodeOf(tree)
  return identifier(kind === 'column' ? child(body, 'name') : body)
}

/** MERGE. A target row that two source rows match is an error, as in Snowflake. */
export const merge: StatementRunner = async (body, compiler) => {
  const [unknown] = unknownParts(body, ['this', 'using', 'on', 'whens'])
  if (unknown) throw notSupported(`MERGE with ${unknown.toUpperCase()}`)
  const into = nodeOf(body.this)
  const table = into.kind === 'alias' ? nodeOf(into.body.this).body : into.body
  const target = await targetOf(table, into.kind === 'alias' ? into.body.alias : undefined, compiler)
  const using = await compileFrom({ from: { expressions: [body.using] } }, emptyScope, compiler)
  const source = { alias: target.alias, path: quoteName(target.alias), columns: target.columns }
  const scope: Scope = { ...using.scope, sources: [source, ...using.scope.sources] }
  const { text } = using
  const condition = asCondition(await compiler.expression(body.on, scope)).text
  const whens: When[] = []
  for (const tree of list(nodeOf(body.whens).body, 'expressions'))
    whens.push(await whenOf(nodeOf(tree).body, target, scope, compiler))
  if (compiler.isRehearsal) return { query: `SELECT 1 FROM ${target.text} JOIN ${text} ON ${condition}` }
  if (whens.some((when) => when.action !== 'inserted')) {
    const twice = `SELECT 1 FROM ${target.text} JOIN ${text} ON ${condition} GROUP BY ${quoteName(target.alias)}.rowid HAVING count(*) > 1 LIMIT 1`
    if ((await compiler.engine.run(twice)).currentRowCount > 0)
      throw new WorksheetError('Duplicate row detected during DML action')
  }
  const changes = await compiler.engine.run(
    `MERGE INTO ${target.text} USING ${text} ON ${condition} ${whens.map((when) => when.text).join(' ')} RETURNING merge_action`
  )
  const actions = changes.getRows().map(([action]) => String(action))
  const words = { inserted: 'INSERT', updated: 'UPDATE', deleted: 'DELETE' } as const
  const counted = (['inserted', 'updated', 'deleted'] as const).filter((action) =>
    whens.some((when) => when.action === action)
  )
  return {
    counts: counted.map((action) => [
      `number of rows ${action}`,
      BigInt(actions.filter((done) => done === words[action]).length)
    ])
  }
}
