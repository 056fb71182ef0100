import type { BlockReader } from './block-reader.ts'
import { queryIn, withoutParentheses } from './query-in.ts'
import type { Declaration } from './script-tree.ts'

/** What follows the name in DECLARE and LET. https://docs.snowflake.com/en/sql-reference/snowflake-scripting/declare */
export const readDeclaration = ({ read, readOne }: BlockReader): Declaration => {
  const name = read.name()
  if (read.accept('CURSOR', 'FOR')) {
    return { name, what: 'cursor', query: withoutParentheses(read.until(';').statement(), readOne) }
  }
  if (read.accept('EXCEPTION')) {
    if (!read.accept('(')) return { name, what: 'exception' }
    const { tokens } = read.until(')')
    read.expect(')')
    const code = -Number(tokens[1]?.text)
    const message = tokens.length > 3 ? { message: tokens.at(-1)?.text ?? '' } : {}
    return { name, what: 'exception', code, ...message }
  }
  if (read.accept('RESULTSET')) {
    const isSet = read.accept(':=') || read.accept('DEFAULT')
    const query = isSet ? { query: withoutParentheses(queryIn(read.until(';')), readOne) } : {}
    return { name, what: 'resultset', ...query }
  }
  const type = [':=', 'DEFAULT', ';'].includes(read.peek()) ? undefined : read.until(':=', 'DEFAULT', ';').sql
  const isSet = read.accept(':=') || read.accept('DEFAULT')
  return {
    name,
    what: 'variable',
    ...(type === undefined ? {} : { type }),
    ...(isSet ? { value: read.until(';').expression() } : {})
  }
}
