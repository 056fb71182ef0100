import type { Statement } from '../worksheet/read-script.ts'
import { tokensOf } from '../worksheet/tokens.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'
import type { Block, Branch, Declaration, Handler, Node, Over } from './script-tree.ts'
import { type Piece, type TokenReader, tokenReader } from './token-reader.ts'

/** BEGIN opens a block unless these follow: then it begins a transaction. */
const transactionWords = ['TRANSACTION', 'WORK', 'NAME', ';', '']

/** Whether a text is a block of Snowflake Scripting and not a statement of SQL. */
export const isBlock = (sql: string): boolean => {
  const [first, second] = tokensOf(sql).map((token) => token.text.toUpperCase())
  return first === 'DECLARE' || (first === 'BEGIN' && !transactionWords.includes(second ?? ''))
}

/** Constructs that Snowflake Scripting has and we do not play. */
const refused = ['REPEAT', 'CASE', 'ASYNC', 'AWAIT', 'CANCEL']

/** A query: what may stand in parentheses after `:=` and after a cursor's FOR. */
const queryIn = (piece: Piece): Statement | undefined => {
  const { tokens } = piece
  const isParenthesised = tokens[0]?.text === '(' && tokens.at(-1)?.text === ')'
  const first = tokens[isParenthesised ? 1 : 0]?.text.toUpperCase() ?? ''
  const isQuery = ['SELECT', 'WITH', 'EXECUTE', 'CALL', 'SHOW', 'DESCRIBE', 'DESC'].includes(first)
  return isQuery ? piece.statement() : undefined
}

const withoutParentheses = (
  statement: Statement | undefined,
  readOne: (sql: string) => Statement
): Statement => {
  if (statement === undefined) throw compilationError('syntax error: a query is expected')
  return statement.sql.startsWith('(') ? readOne(statement.sql.slice(1, -1)) : statement
}

/** https://docs.snowflake.com/en/developer-guide/snowflake-scripting/blocks */
const openBlockReader = (read: TokenReader, readOne: (sql: string) => Statement) => {
  const names = (until: string): readonly string[] => {
    const found: string[] = []
    do {
      read.accept(':')
      found.push(read.name())
    } while (read.accept(','))
    if (until !== '') read.expect(until)
    return found
  }

  /** What follows the name in DECLARE and LET. https://docs.snowflake.com/en/sql-reference/snowflake-scripting/declare */
  const declaration = (): Declaration => {
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
    const type = [':=', 'DEFAULT', ';'].includes(read.peek())
      ? undefined
      : read.until(':=', 'DEFAULT', ';').sql
    const isSet = read.accept(':=') || read.accept('DEFAULT')
    return {
      name,
      what: 'variable',
      ...(type === undefined ? {} : { type }),
      ...(isSet ? { value: read.until(';').expression() } : {})
    }
  }

  const statements = (...ends: readonly string[]): readonly Node[] => {
    const nodes: Node[] = []
    while (!ends.includes(read.peek())) nodes.push(statement())
    return nodes
  }

  const condition = (...ends: readonly string[]) => {
    const { expression } = read.until(...ends)
    read.next()
    return expression()
  }

  const ifStatement = (): Pick<Node & { kind: 'if' }, 'branches' | 'otherwise'> => {
    const branches: Branch[] = []
    do branches.push({ condition: condition('THEN'), body: statements('ELSEIF', 'ELSE', 'END') })
    while (read.accept('ELSEIF'))
    const otherwise = read.accept('ELSE') ? statements('END') : []
    read.expect('END')
    read.expect('IF')
    read.expect(';')
    return { branches, otherwise }
  }

  const loopBody = (): readonly Node[] => {
    const body = statements('END')
    read.expect('END')
    if (!['FOR', 'WHILE', 'LOOP'].includes(read.next())) throw compilationError('syntax error: END of a loop')
    read.expect(';')
    return body
  }

  /** https://docs.snowflake.com/en/sql-reference/snowflake-scripting/for */
  const over = (): Over => {
    const isReverse = read.accept('REVERSE')
    const first = read.until('TO', 'DO')
    if (read.accept('TO')) return { from: first.expression(), to: condition('DO'), isReverse }
    read.expect('DO')
    return { rows: first.sql.toUpperCase() }
  }

  const assigned = (): Pick<Node & { kind: 'assign' }, 'value' | 'query'> => {
    const piece = read.until(';')
    const found = queryIn(piece)
    const query = found && withoutParentheses(found, readOne)
    return { value: piece.expression(), ...(query ? { query } : {}) }
  }

  const returned = (): Pick<Node & { kind: 'return' }, 'value' | 'table'> => {
    if (read.peek() === ';') return {}
    if (!(read.peek() === 'TABLE' && read.peek(1) === '(')) return { value: read.until(';').expression() }
    read.next()
    read.next()
    if (read.peek(1) !== ')') throw notSupported('RETURN TABLE of other than a RESULTSET or cursor')
    const table = read.name()
    read.expect(')')
    return { table }
  }

  const sql = (): Pick<Node & { kind: 'sql' }, 'statement' | 'into'> => {
    const isCall = read.peek() === 'CALL' || read.peek() === 'EXECUTE'
    const isSelect = read.peek() === 'SELECT' || read.peek() === 'WITH'
    const piece = isCall || isSelect ? read.until('INTO', ';') : read.until(';')
    if (!read.accept('INTO')) return { statement: piece.statement(), into: [] }
    if (isCall) return { statement: piece.statement(), into: names('') }
    // SELECT a, b INTO :x, :y FROM …: https://docs.snowflake.com/en/developer-guide/snowflake-scripting/variables
    const into = names('')
    const rest = read.peek() === ';' ? '' : ` ${read.until(';').sql}`
    return { statement: readOne(piece.sql + rest), into }
  }

  const statement = (): Node => {
    const node = bare()
    if (!['block', 'if', 'while', 'loop', 'for'].includes(node.kind)) read.expect(';')
    return node
  }

  const bare = (): Node => {
    const place = read.place()
    const word = read.isQuoted() ? '' : read.peek()
    if (read.peek(1) === ':=') {
      const name = read.name()
      read.next()
      return { kind: 'assign', place, name, ...assigned() }
    }
    if (refused.includes(word)) throw notSupported(`${word} in Snowflake Scripting`)
    const isTransaction = word === 'BEGIN' && transactionWords.includes(read.peek(1))
    if (word === 'DECLARE' || (word === 'BEGIN' && !isTransaction))
      return { kind: 'block', place, block: block() }
    const take = (): void => void read.next()
    switch (word) {
      case 'LET':
        take()
        return { kind: 'let', place, declaration: declaration() }
      case 'IF':
        take()
        return { kind: 'if', place, ...ifStatement() }
      case 'WHILE':
        take()
        return { kind: 'while', place, condition: condition('DO', 'LOOP'), body: loopBody() }
      case 'LOOP':
        take()
        return { kind: 'loop', place, body: loopBody() }
      case 'FOR': {
        take()
        const variable = read.name()
        read.expect('IN')
        return { kind: 'for', place, variable, over: over(), body: loopBody() }
      }
      case 'BREAK':
      case 'EXIT':
      case 'CONTINUE':
      case 'ITERATE':
        take()
        return { kind: word === 'BREAK' || word === 'EXIT' ? 'break' : 'continue', place }
      case 'RAISE':
        take()
        return { kind: 'raise', place, ...(read.peek() === ';' ? {} : { name: read.name() }) }
      case 'RETURN':
        take()
        return { kind: 'return', place, ...returned() }
      case 'OPEN':
      case 'CLOSE':
        take()
        return { kind: word === 'OPEN' ? 'open' : 'close', place, name: read.name() }
      case 'FETCH': {
        take()
        const name = read.name()
        read.expect('INTO')
        return { kind: 'fetch', place, name, into: names('') }
      }
      case 'NULL':
        take()
        return { kind: 'null', place }
      default:
        return { kind: 'sql', place, ...sql() }
    }
  }

  /** https://docs.snowflake.com/en/developer-guide/snowflake-scripting/exceptions */
  const handlers = (): readonly Handler[] => {
    const found: Handler[] = []
    while (read.accept('WHEN')) {
      const caught = [read.name()]
      while (read.accept('OR')) caught.push(read.name())
      if (read.peek() === 'CONTINUE' || read.peek() === 'EXIT') throw notSupported(`A ${read.peek()} handler`)
      read.expect('THEN')
      found.push({ names: caught, body: statements('WHEN', 'END') })
    }
    return found
  }

  const block = (): Block => {
    const declarations: Block['declarations'][number][] = []
    if (read.accept('DECLARE')) {
      while (read.peek() !== 'BEGIN') {
        const place = read.place()
        declarations.push({ ...declaration(), place })
        read.expect(';')
      }
    }
    read.expect('BEGIN')
    const body = statements('EXCEPTION', 'END')
    const caught = read.accept('EXCEPTION') ? handlers() : []
    read.expect('END')
    if (read.peek() === ';') read.next()
    return { declarations, body, handlers: caught }
  }
  return block
}

/**
 * Reads the body of a procedure, or the block of an EXECUTE IMMEDIATE.
 *
 * @param readOne reads one statement of SQL
 * @throws WorksheetError for a mistake, and for a construct that is not played, by name
 */
export const readBlock = (
  text: string,
  functions: ReadonlySet<string>,
  readOne: (sql: string) => Statement
): Block => {
  const reader = tokenReader(Array.from(text), tokensOf(text), functions, readOne)
  const block = openBlockReader(reader, readOne)()
  if (!reader.isAtEnd()) throw compilationError(`syntax error: unexpected '${reader.peek()}' after END`)
  return block
}
