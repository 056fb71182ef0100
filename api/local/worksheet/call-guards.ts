import { functionName } from './functions.ts'
import { functionPrefix } from './identifiers.ts'
import { list, nodeOf, type Tree } from './sql-tree.ts'

/** What must hold of a row for a branch to be its own: a condition, and whether it must be true or must not be. */
export interface Guard {
  readonly condition: unknown
  readonly holds: boolean
}

const notNull = (tree: unknown): Tree => ({ is_null: { this: tree, not: true } })

const caseOf = (whens: readonly (readonly [unknown, unknown])[], otherwise: unknown): Tree => ({
  case: { whens, else_: otherwise ?? null }
})

const conditionOf = (operand: unknown, when: unknown): unknown =>
  operand ? { eq: { left: operand, right: when } } : when

const decoded = ([value, ...rest]: readonly unknown[]): Tree => {
  const whens: (readonly [unknown, unknown])[] = []
  for (let at = 0; at + 1 < rest.length; at += 2) {
    const isSame = { function: { name: `${functionPrefix}EQUAL_NULL`, args: [value, rest[at]] } }
    whens.push([isSame, rest[at + 1]])
  }
  return caseOf(whens, rest.length % 2 === 1 ? rest.at(-1) : null)
}

/** CASE, and the functions that choose one of their arguments, as a CASE over conditions; nothing for other trees. */
export const asCase = (tree: unknown): Tree | undefined => {
  const { kind, body } = nodeOf(tree)
  if (kind === 'case') {
    const whens = list(body, 'whens').map((pair): readonly [unknown, unknown] => {
      const [when, then] = Array.isArray(pair) ? pair : []
      return [conditionOf(body.operand, when), then]
    })
    return caseOf(whens, body.else_)
  }
  if (kind !== 'function') return undefined
  const args = list(body, 'args')
  switch (functionName(body).name) {
    case 'IFF':
      return caseOf([[args[0], args[1]]], args[2])
    case 'NVL2':
      return caseOf([[notNull(args[0]), args[1]]], args[2])
    case 'NVL':
    case 'IFNULL':
    case 'COALESCE':
      return caseOf(
        args.slice(0, -1).map((arg) => [notNull(arg), arg]),
        args.at(-1)
      )
    case 'DECODE':
      return decoded(args)
    default:
      return undefined
  }
}

type Splitter = (tree: unknown, guards: readonly Guard[]) => Promise<unknown>

/**
 * Splits a CASE so that each branch knows when it is taken: a call in it is made for those rows only, because a push
 * that a row did not choose would still be a push.
 */
export const splitCase = async (tree: Tree, guards: readonly Guard[], split: Splitter): Promise<Tree> => {
  const { body } = nodeOf(tree)
  const whens: (readonly [unknown, unknown])[] = []
  let before = guards
  for (const pair of list(body, 'whens')) {
    const [when, then] = Array.isArray(pair) ? pair : []
    const condition = await split(when, before)
    whens.push([condition, await split(then, [...before, { condition, holds: true }])])
    before = [...before, { condition, holds: false }]
  }
  return caseOf(whens, body.else_ ? await split(body.else_, before) : null)
}
