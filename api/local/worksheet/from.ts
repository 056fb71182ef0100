import { asCondition } from './comparison.ts'
import type { Compiler } from './compiler.ts'
import { flattenCall, flattenInto } from './flatten-source.ts'
import { literalValue } from './function-call.ts'
import { identifier, quoteName } from './identifiers.ts'
import type { Relation } from './named-relation.ts'
import { relation } from './relation.ts'
import type { From, Scope } from './scope.ts'
import { child, list, type Tree, trees, unknownParts, word } from './sql-tree.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

const joinWords: Readonly<Record<string, string>> = {
  Inner: 'JOIN',
  Left: 'LEFT JOIN',
  Right: 'RIGHT JOIN',
  Full: 'FULL JOIN',
  Cross: 'CROSS JOIN',
  Implicit: 'CROSS JOIN',
  Natural: 'NATURAL JOIN'
}

const attach = (left: From | undefined, words: string, right: Relation, outer: Scope): From => {
  if (left === undefined) return { text: right.text, scope: { ...outer, sources: [right.source] } }
  if (left.scope.sources.some((source) => source.alias === right.source.alias)) {
    throw compilationError(`duplicate alias '${right.source.alias}'`)
  }
  return {
    text: `${left.text} ${words} ${right.text}`,
    scope: { ...left.scope, sources: [...left.scope.sources, right.source] }
  }
}

const merge = (from: From, names: readonly string[]): From => ({
  ...from,
  scope: { ...from.scope, merged: new Set([...from.scope.merged, ...names]) }
})

const join = async (left: From, body: Tree, outer: Scope, compiler: Compiler): Promise<From> => {
  const [unknown] = unknownParts(body, [
    'this',
    'on',
    'using',
    'kind',
    'use_inner_keyword',
    'use_outer_keyword',
    'nesting_group'
  ])
  if (unknown && unknown !== 'nesting_group') throw notSupported(`JOIN with ${unknown.toUpperCase()}`)
  const kind = word(body, 'kind')
  const words = joinWords[kind]
  if (words === undefined) throw notSupported(`${kind.toUpperCase()} JOIN`)
  const flattening = flattenCall(body.this)
  if (flattening) {
    const isOn = body.on && literalValue(body.on) !== 'true'
    if (!['Cross', 'Implicit', 'Inner'].includes(kind) || isOn)
      throw notSupported(`${kind.toUpperCase()} JOIN of FLATTEN with a condition`)
    return flattenInto(left, flattening, outer, compiler)
  }
  const right = await relation(body.this, outer, compiler)
  const using = trees(body, 'using').map(identifier)
  const joined = attach(left, words, right, outer)
  if (kind === 'Natural') {
    const known = new Set(left.scope.sources.flatMap((source) => source.columns.map((column) => column.name)))
    return merge(
      joined,
      right.source.columns.map((column) => column.name).filter((name) => known.has(name))
    )
  }
  if (using.length > 0) {
    return merge({ ...joined, text: `${joined.text} USING (${using.map(quoteName).join(', ')})` }, using)
  }
  if (!body.on)
    return kind === 'Inner' ? { ...joined, text: `${left.text} CROSS JOIN ${right.text}` } : joined
  const condition = asCondition(await compiler.expression(body.on, joined.scope))
  return { ...joined, text: `${joined.text} ON ${condition.text}` }
}

/** Compiles FROM and its joins; `outer` is the scope around the query. */
export const compileFrom = async (select: Tree, outer: Scope, compiler: Compiler): Promise<From> => {
  const enclosing: Scope = { ...outer, sources: [], merged: new Set(), aliases: new Map(), outer }
  const from = child(select, 'from')
  let result: From | undefined
  for (const tree of from ? list(from, 'expressions') : []) {
    const flattening = flattenCall(tree)
    result = flattening
      ? await flattenInto(result, flattening, enclosing, compiler)
      : attach(result, 'CROSS JOIN', await relation(tree, enclosing, compiler), enclosing)
  }
  for (const tree of trees(select, 'joins')) {
    if (result === undefined) throw compilationError('JOIN without FROM')
    result = await join(result, tree, enclosing, compiler)
  }
  return result ?? { text: '', scope: enclosing }
}
