import type { Compiler } from './compiler.ts'
import { familyOf } from './duck-type.ts'
import { functionPrefix } from './identifiers.ts'
import type { Scope, Sql } from './scope.ts'
import { child, flag, list, nodeOf, type Tree, trees, unknownParts, word } from './sql-tree.ts'
import { seesWholePartition } from './window-functions.ts'
import { notSupported } from './worksheet-error.ts'

/** One term of an ORDER BY. NULLs count as larger than everything, as in Snowflake. */
export const orderTerm = (term: Tree, value: Sql): string => {
  const [unknown] = unknownParts(term, ['this', 'desc', 'nulls_first'])
  if (unknown) throw notSupported(`ORDER BY with ${unknown.toUpperCase()}`)
  if (familyOf(value.type) === 'variant')
    throw notSupported('ORDER BY a VARIANT without a cast (e.g. ::NUMBER)')
  const isDescending = flag(term, 'desc')
  const nullsFirst = typeof term.nulls_first === 'boolean' ? term.nulls_first : isDescending
  return `${value.text}${isDescending ? ' DESC' : ' ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`
}

export const orderTerms = async (
  terms: readonly Tree[],
  scope: Scope,
  compiler: Compiler
): Promise<string> => {
  const texts: string[] = []
  for (const term of terms) texts.push(orderTerm(term, await compiler.expression(term.this, scope)))
  return texts.length === 0 ? '' : `ORDER BY ${texts.join(', ')}`
}

const bounds: Readonly<Record<string, string>> = {
  UnboundedPreceding: 'UNBOUNDED PRECEDING',
  UnboundedFollowing: 'UNBOUNDED FOLLOWING',
  CurrentRow: 'CURRENT ROW'
}

const bound = async (
  tree: Tree,
  side: 'start' | 'end',
  scope: Scope,
  compiler: Compiler
): Promise<string> => {
  const value = tree[side]
  if (typeof value === 'string') return bounds[value] ?? 'CURRENT ROW'
  const { kind } = nodeOf(value)
  const offset = (value as Tree)[kind]
  if (kind !== 'Preceding' && kind !== 'Following') throw notSupported(`The window frame bound ${kind}`)
  return `${(await compiler.expression(offset, scope)).text} ${kind.toUpperCase()}`
}

const frameOf = async (frame: Tree, scope: Scope, compiler: Compiler): Promise<string> => {
  const [unknown] = unknownParts(frame, [
    'kind',
    'start',
    'end',
    'kind_text',
    'start_side_text',
    'end_side_text'
  ])
  if (unknown) throw notSupported(`A window frame with ${unknown.toUpperCase()}`)
  const kind = word(frame, 'kind').toUpperCase()
  if (kind !== 'ROWS' && kind !== 'RANGE') throw notSupported(`The window frame ${kind}`)
  const start = await bound(frame, 'start', scope, compiler)
  return `${kind} BETWEEN ${start} AND ${frame.end === null ? 'CURRENT ROW' : await bound(frame, 'end', scope, compiler)}`
}

const isSequence = (tree: unknown): boolean => {
  const { kind, body } = nodeOf(tree)
  return (
    kind === 'function' && new RegExp(`^${functionPrefix}SEQ[1248]$`).test(word(body, 'name').toUpperCase())
  )
}

/** ` OVER (…)` for the function of that name. */
export const overClause = async (
  over: Tree,
  name: string,
  scope: Scope,
  compiler: Compiler
): Promise<string> => {
  const [unknown] = unknownParts(over, ['partition_by', 'order_by', 'frame'])
  if (unknown) throw notSupported(`OVER with ${unknown.toUpperCase()}`)
  const partition: string[] = []
  for (const tree of list(over, 'partition_by')) partition.push((await compiler.expression(tree, scope)).text)
  // SEQ4() counts rows as they come, which is the order without any ORDER BY.
  const order = trees(over, 'order_by').filter((term) => !isSequence(term.this))
  const frame = child(over, 'frame')
  const wholePartition = 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING'
  const parts = [
    partition.length > 0 ? `PARTITION BY ${partition.join(', ')}` : '',
    await orderTerms(order, scope, compiler),
    frame ? await frameOf(frame, scope, compiler) : seesWholePartition(name) ? wholePartition : ''
  ]
  return ` OVER (${parts.filter(Boolean).join(' ')})`
}
