import { castTo } from './casts.ts'
import type { Compiler } from './compiler.ts'
import type { TargetType } from './data-types.ts'
import { familyOf } from './duck-type.ts'
import type { Engine } from './engine.ts'
import { quoteText } from './identifiers.ts'
import { emptyScope, type Sql, type Value } from './scope.ts'
import { nodeOf } from './sql-tree.ts'
import { compilationError } from './worksheet-error.ts'

/** The value as a constant of a query. */
export const constantOf = ({ type, text }: Value): Sql => {
  if (text === null) {
    return familyOf(type) === 'null'
      ? { text: 'NULL', type: 'NULL' }
      : { text: `CAST(NULL AS ${type})`, type }
  }
  return type === 'VARCHAR'
    ? { text: quoteText(text), type, literal: text, value: { type, text } }
    : { text: `CAST(${quoteText(text)} AS ${type})`, type, value: { type, text } }
}

/** The query that gives an expression as text. */
export const textQuery = (expression: string): string => `SELECT CAST(${expression} AS VARCHAR)`

/** These are, or name, a value: most of what procedures compute. */
const plainKinds = ['literal', 'compiled', 'parameter']

/** A value of that type as it is. */
const isOf = ({ type }: Value, target: TargetType | undefined): boolean =>
  target === undefined ||
  (type === target.type && target.length === undefined && target.variant === undefined)

/** A value that needs no engine: a text, or what a variable holds. */
const plainValue = async (
  tree: unknown,
  compiler: Compiler,
  type: TargetType | undefined
): Promise<Value | undefined> => {
  if (!plainKinds.includes(nodeOf(tree).kind)) return undefined
  const { value, literal } = await compiler.expression(tree, emptyScope)
  const plain = value ?? (literal === undefined ? undefined : { type: 'VARCHAR', text: literal })
  return plain && isOf(plain, type) ? plain : undefined
}

/** The value as one of that type. */
export const converted = async (
  value: Value,
  type: TargetType | undefined,
  engine: Engine
): Promise<Value> => {
  if (type === undefined || isOf(value, type)) return value
  if (familyOf(value.type) === 'null') return { type: type.type, text: null }
  const cast = castTo(constantOf(value), type)
  return { type: cast.type, text: await engine.textOfConstants(textQuery(cast.text)) }
}

/** Computes a parsed expression, which may be a query in parentheses or call an external function. */
export const evaluate = async (tree: unknown, compiler: Compiler, type?: TargetType): Promise<Value> => {
  if (nodeOf(tree).kind === 'null') return { type: type?.type ?? 'NULL', text: null }
  const plain = await plainValue(tree, compiler, type)
  if (plain) return plain
  const { kind, body } = nodeOf(tree)
  const select = {
    select: { expressions: [{ alias: { this: tree, alias: { name: 'VALUE', quoted: true } } }] }
  }
  const { text, columns } = await compiler.query(kind === 'subquery' ? body.this : select, emptyScope)
  const [column, more] = columns
  if (column === undefined || more) throw compilationError('a scalar subquery has one column')
  const value = { text: 'c0', type: column.type }
  const wanted = type === undefined ? value : castTo(value, type)
  const query = `${textQuery(wanted.text)} FROM (${text}) AS q(c0) LIMIT 2`
  const { engine, hasRead } = compiler
  return { type: wanted.type, text: await (hasRead() ? engine.textOf(query) : engine.textOfConstants(query)) }
}
