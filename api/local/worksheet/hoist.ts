import { answerCall, chooseOverload } from './answer-calls.ts'
import { asCase, type Guard, splitCase } from './call-guards.ts'
import { compiled } from './call-places.ts'
import { asCondition } from './comparison.ts'
import type { Compiler } from './compiler.ts'
import { isExpressionKind } from './expression.ts'
import { isCall, isQuery } from './external-calls.ts'
import { functionName } from './functions.ts'
import { quoteName } from './identifiers.ts'
import type { Scope, Sql } from './scope.ts'
import { list, nodeOf } from './sql-tree.ts'

interface Call {
  readonly name: string
  readonly args: readonly unknown[]
  /** The branches the call stands in: rows that do not take them are not sent. */
  readonly guards: readonly Guard[]
}

/** Splits expressions into what can be computed before the calls, the calls, and what is left for after them. */
export interface Hoist {
  /** The expression with its call-free parts replaced by columns of the table, its calls by marks. */
  readonly from: (tree: unknown) => Promise<unknown>
  /** What the table's columns `_c1`, `_c2` … hold. */
  readonly columns: readonly Sql[]
  readonly calls: readonly Call[]
  /** Makes the calls over the table and gives the FROM that joins their answers, and what puts them in for the marks. */
  readonly answer: (
    reading: Scope
  ) => Promise<{ readonly text: string; readonly put: (tree: unknown) => unknown }>
}

export interface HoistDeps {
  readonly compiler: Compiler
  readonly scope: Scope
  readonly table: string
  readonly isExternal: (tree: unknown) => boolean
  /** Whether nothing in the expression waits for an answer or a sum. */
  readonly isReady: (tree: unknown) => boolean
  /** What is compiled already. */
  readonly known: ReadonlyMap<unknown, Sql>
}

const constants = ['literal', 'null', 'boolean']

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the columns and calls lifted so far
export const openHoist = ({ compiler, scope, table, isExternal, isReady, known }: HoistDeps): Hoist => {
  const columns: Sql[] = []
  const calls: Call[] = []
  // An item that ORDER BY or GROUP BY repeats is the same object: it is computed, and its call made, once.
  const done = new Map<unknown, unknown>()

  const column = async (tree: unknown): Promise<unknown> => {
    const sql = known.get(tree) ?? (await compiler.expression(tree, scope))
    columns.push(sql)
    return compiled({ text: `${quoteName(table)}."_c${columns.length}"`, type: sql.type })
  }

  const each = async (parts: readonly unknown[], guards: readonly Guard[]): Promise<readonly unknown[]> => {
    const results: unknown[] = []
    for (const part of parts) results.push(await splitUnder(part, guards))
    return results
  }

  const split = async (tree: object, guards: readonly Guard[]): Promise<unknown> => {
    if (Array.isArray(tree)) return each(tree, guards)
    const { kind, body } = nodeOf(tree)
    if (Object.keys(tree).length === 1 && isExpressionKind(kind)) {
      if (constants.includes(kind)) return tree
      if (!isExternal(tree) && isReady(tree)) return column(tree)
      if (isCall(tree, compiler.functions) && isReady(tree)) {
        calls.push({ args: await each(list(body, 'args'), guards), name: functionName(body).name, guards })
        return { lifted: { at: calls.length - 1 } }
      }
      if (isQuery(kind)) return tree
      const choice = isExternal(tree) ? asCase(tree) : undefined
      if (choice) return splitCase(choice, guards, splitUnder)
    }
    const mapped: Record<string, unknown> = {}
    for (const [name, part] of Object.entries(tree))
      mapped[name] = name === 'to' ? part : await splitUnder(part, guards)
    return mapped
  }

  const splitUnder = async (tree: unknown, guards: readonly Guard[]): Promise<unknown> => {
    if (typeof tree !== 'object' || tree === null) return tree
    if (done.has(tree)) return done.get(tree)
    const result = await split(tree, guards)
    done.set(tree, result)
    return result
  }

  const answer: Hoist['answer'] = async (reading) => {
    const answers: Sql[] = []
    let text = quoteName(table)
    const put = (tree: unknown): unknown => {
      if (Array.isArray(tree)) return tree.map(put)
      if (typeof tree !== 'object' || tree === null) return tree
      const { kind, body } = nodeOf(tree)
      if (kind === 'lifted') return compiled(answers[Number(body.at)] ?? { text: 'NULL', type: 'JSON' })
      if (kind === 'compiled') return tree
      return Object.fromEntries(Object.entries(tree).map(([name, part]) => [name, put(part)]))
    }
    for (const call of calls) {
      const args: Sql[] = []
      for (const arg of call.args) args.push(await compiler.expression(put(arg), reading))
      const fn = chooseOverload(call.name, args, compiler.functions)
      const taken: string[] = []
      for (const { condition, holds } of call.guards) {
        const { text: test } = asCondition(await compiler.expression(put(condition), reading))
        taken.push(`(${test}) IS ${holds ? '' : 'NOT '}TRUE`)
      }
      const rows = taken.length === 0 ? text : `${text} WHERE ${taken.join(' AND ')}`
      const answered = await answerCall({ fn, args }, rows, compiler)
      text += ` LEFT JOIN ${quoteName(answered)} USING ("_row")`
      answers.push({ text: `${quoteName(answered)}."ANSWER"`, type: 'JSON' })
    }
    return { text, put }
  }

  return { from: (tree) => splitUnder(tree, []), columns, calls, answer }
}
