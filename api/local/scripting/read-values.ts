import { notSupported } from '../worksheet/worksheet-error.ts'
import type { BlockReader } from './block-reader.ts'
import { queryIn, withoutParentheses } from './query-in.ts'
import type { Step } from './script-tree.ts'

/** `name := …`, whose value may be a query. */
export const readAssignment = ({ read, readOne }: BlockReader): Step => {
  const name = read.name()
  read.next()
  const piece = read.until(';')
  const found = queryIn(piece)
  const query = found && withoutParentheses(found, readOne)
  return { kind: 'assign', name, value: piece.expression(), ...(query ? { query } : {}) }
}

/** https://docs.snowflake.com/en/sql-reference/snowflake-scripting/return */
export const readReturn = ({ read }: BlockReader): Step => {
  if (read.peek() === ';') return { kind: 'return' }
  if (!(read.peek() === 'TABLE' && read.peek(1) === '('))
    return { kind: 'return', value: read.until(';').expression() }
  read.next()
  read.next()
  if (read.peek(1) !== ')') throw notSupported('RETURN TABLE of other than a RESULTSET or cursor')
  const table = read.name()
  read.expect(')')
  return { kind: 'return', table }
}
