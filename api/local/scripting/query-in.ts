import type { Statement } from '../worksheet/read-script.ts'
import { compilationError } from '../worksheet/worksheet-error.ts'
import type { Piece } from './token-reader.ts'

/** A query: what may stand in parentheses after `:=` and after a cursor's FOR. */
export const queryIn = (piece: Piece): Statement | undefined => {
  const { tokens } = piece
  const isParenthesised = tokens[0]?.text === '(' && tokens.at(-1)?.text === ')'
  const first = tokens[isParenthesised ? 1 : 0]?.text.toUpperCase() ?? ''
  const isQuery = ['SELECT', 'WITH', 'EXECUTE', 'CALL', 'SHOW', 'DESCRIBE', 'DESC'].includes(first)
  return isQuery ? piece.statement() : undefined
}

/** A query out of its parentheses. @throws WorksheetError when there is none */
export const withoutParentheses = (
  statement: Statement | undefined,
  readOne: (sql: string) => Statement
): Statement => {
  if (statement === undefined) throw compilationError('syntax error: a query is expected')
  return statement.sql.startsWith('(') ? readOne(statement.sql.slice(1, -1)) : statement
}
