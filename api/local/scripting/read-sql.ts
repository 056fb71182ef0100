import type { BlockReader } from './block-reader.ts'
import type { Step } from './script-tree.ts'
import type { TokenReader } from './token-reader.ts'

/** The variables after INTO. */
const variables = (read: TokenReader): readonly string[] => {
  const found: string[] = []
  do {
    read.accept(':')
    found.push(read.name())
  } while (read.accept(','))
  return found
}

/** A statement of SQL, and the variables that take its first row. */
export const readSql = ({ read, readOne }: BlockReader): Step => {
  const isCall = read.peek() === 'CALL' || read.peek() === 'EXECUTE'
  const isSelect = read.peek() === 'SELECT' || read.peek() === 'WITH'
  const piece = isCall || isSelect ? read.until('INTO', ';') : read.until(';')
  if (!read.accept('INTO')) return { kind: 'sql', statement: piece.statement(), into: [] }
  if (isCall) return { kind: 'sql', statement: piece.statement(), into: variables(read) }
  // SELECT a, b INTO :x, :y FROM …: https://docs.snowflake.com/en/developer-guide/snowflake-scripting/variables
  const into = variables(read)
  const rest = read.peek() === ';' ? '' : ` ${read.until(';').sql}`
  return { kind: 'sql', statement: readOne(piece.sql + rest), into }
}

/** https://docs.snowflake.com/en/sql-reference/snowflake-scripting/fetch */
export const readFetch = ({ read }: BlockReader): Step => {
  const name = read.name()
  read.expect('INTO')
  return { kind: 'fetch', name, into: variables(read) }
}
