import { compilationError } from '../worksheet/worksheet-error.ts'
import type { BlockReader } from './block-reader.ts'
import type { Branch, Expression, Node, Over, Step } from './script-tree.ts'
import type { TokenReader } from './token-reader.ts'

/** An expression up to one of the words, which is read too. */
const condition = (read: TokenReader, ...ends: readonly string[]): Expression => {
  const { expression } = read.until(...ends)
  read.next()
  return expression()
}

/** https://docs.snowflake.com/en/sql-reference/snowflake-scripting/if */
export const readIf = ({ read, statements }: BlockReader): Step => {
  const branches: Branch[] = []
  do branches.push({ condition: condition(read, 'THEN'), body: statements('ELSEIF', 'ELSE', 'END') })
  while (read.accept('ELSEIF'))
  const otherwise = read.accept('ELSE') ? statements('END') : []
  read.expect('END')
  read.expect('IF')
  read.expect(';')
  return { kind: 'if', branches, otherwise }
}

const loopBody = ({ read, statements }: BlockReader): readonly Node[] => {
  const body = statements('END')
  read.expect('END')
  if (!['FOR', 'WHILE', 'LOOP'].includes(read.next())) throw compilationError('syntax error: END of a loop')
  read.expect(';')
  return body
}

/** https://docs.snowflake.com/en/sql-reference/snowflake-scripting/for */
const over = (read: TokenReader): Over => {
  const isReverse = read.accept('REVERSE')
  const first = read.until('TO', 'DO')
  if (read.accept('TO')) return { from: first.expression(), to: condition(read, 'DO'), isReverse }
  read.expect('DO')
  return { rows: first.sql.toUpperCase() }
}

/** https://docs.snowflake.com/en/sql-reference/snowflake-scripting/while */
export const readWhile = (reader: BlockReader): Step => ({
  kind: 'while',
  condition: condition(reader.read, 'DO', 'LOOP'),
  body: loopBody(reader)
})

/** https://docs.snowflake.com/en/sql-reference/snowflake-scripting/loop */
export const readLoop = (reader: BlockReader): Step => ({ kind: 'loop', body: loopBody(reader) })

/** https://docs.snowflake.com/en/sql-reference/snowflake-scripting/for */
export const readFor = (reader: BlockReader): Step => {
  const variable = reader.read.name()
  reader.read.expect('IN')
  return { kind: 'for', variable, over: over(reader.read), body: loopBody(reader) }
}
