import { type Statement, statementOf } from '../worksheet/read-script.ts'
import { list, nodeOf, type Tree } from '../worksheet/sql-tree.ts'
import type { Token } from '../worksheet/tokens.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'
import type { Expression, Place } from './script-tree.ts'

/** Reads the tokens of a block from left to right. */
export interface TokenReader {
  /** The word in upper case, or the sign, `ahead` of the next one; empty at the end. */
  readonly peek: (ahead?: number) => string
  readonly isQuoted: () => boolean
  readonly next: () => string
  /** Reads the words when they come next. */
  readonly accept: (...words: readonly string[]) => boolean
  /** @throws WorksheetError: a syntax error, when another word comes next */
  readonly expect: (word: string) => void
  /** The next word, sign or text as it is. */
  readonly text: () => string
  /** A name: upper case unless quoted. */
  readonly name: () => string
  readonly place: () => Place
  /** Everything up to one of the words outside parentheses and CASE … END; the word itself is not read. */
  readonly until: (...words: readonly string[]) => Piece
  /** Everything that is left. */
  readonly rest: () => Piece
  readonly isAtEnd: () => boolean
}

/** Some tokens in a row. */
export interface Piece {
  readonly tokens: readonly Token[]
  readonly sql: string
  readonly statement: () => Statement
  readonly expression: () => Expression
}

const expressionIn = (statement: Statement): unknown => {
  const items = list(nodeOf(statement.parse()).body, 'expressions') as readonly Tree[]
  const [only] = items
  if (only === undefined || items.length !== 1)
    throw compilationError('syntax error: one expression is expected')
  const { kind, body } = nodeOf(only)
  return kind === 'alias' ? body.this : only
}

/** A statement of a loop is parsed once; what reads a tree does not change it. */
export const once = (parse: () => unknown): (() => unknown) => {
  let tree: { readonly value: unknown } | undefined
  return () => {
    tree ??= { value: parse() }
    return tree.value
  }
}

/** Strings are no words, whatever stands in them. */
const wordOf = (token: Token | undefined): string =>
  token === undefined ? '' : /STRING$/.test(token.type) ? "''" : token.text.toUpperCase()

const depthOf = (word: string): number =>
  word === '(' || word === 'CASE' || word === '['
    ? 1
    : word === ')' || word === 'END' || word === ']'
      ? -1
      : 0

/**
 * @param characters the text the tokens' places count in
 * @param readOne reads `SELECT …` as a statement
 */
export const tokenReader = (
  characters: readonly string[],
  tokens: readonly Token[],
  functions: ReadonlySet<string>,
  readOne: (sql: string) => Statement
): TokenReader => {
  let at = 0
  const peek: TokenReader['peek'] = (ahead = 0) => wordOf(tokens[at + ahead])
  const lineStarts = [0, ...characters.flatMap((character, index) => (character === '\n' ? [index + 1] : []))]
  const place: TokenReader['place'] = () => {
    const start = tokens[at]?.start ?? characters.length
    const line = lineStarts.findLastIndex((first) => first <= start)
    return { line: line + 1, position: start - (lineStarts[line] ?? 0) }
  }
  const fail = (): never => {
    const { line, position } = place()
    throw compilationError(
      `syntax error line ${line} at position ${position} unexpected '${tokens[at]?.text ?? '<EOF>'}'.`
    )
  }
  const next: TokenReader['next'] = () => {
    if (at >= tokens.length) fail()
    at += 1
    return wordOf(tokens[at - 1])
  }
  const piece = (part: readonly Token[]): Piece => {
    const sql = characters.slice(part[0]?.start ?? 0, part.at(-1)?.end ?? 0).join('')
    const parsed = (): unknown => expressionIn(readOne(`select ${sql}`))
    return {
      tokens: part,
      sql,
      statement: () => {
        const statement = statementOf(characters, part, functions)
        return { ...statement, parse: once(statement.parse) }
      },
      expression: () => ({ sql, parse: once(parsed) })
    }
  }
  return {
    peek,
    next,
    place,
    isQuoted: () => tokens[at]?.type === 'QUOTED_IDENTIFIER',
    isAtEnd: () => at >= tokens.length,
    rest: () => {
      const part = piece(tokens.slice(at))
      at = tokens.length
      return part
    },
    accept: (...words) => {
      const isNext = words.every((word, ahead) => peek(ahead) === word)
      if (isNext) at += words.length
      return isNext
    },
    expect: (word) => {
      if (peek() !== word) fail()
      at += 1
    },
    text: () => {
      next()
      return tokens[at - 1]?.text ?? ''
    },
    name: () => {
      const token = tokens[at]
      if (token === undefined || !/^[A-Za-z_]/.test(token.text) || /STRING$/.test(token.type)) fail()
      at += 1
      return token?.type === 'QUOTED_IDENTIFIER' ? token.text : (token?.text ?? '').toUpperCase()
    },
    until: (...words) => {
      const from = at
      let depth = 0
      while (at < tokens.length && !(depth === 0 && words.includes(peek()))) {
        depth += depthOf(peek())
        at += 1
      }
      if (at >= tokens.length || at === from) fail()
      return piece(tokens.slice(from, at))
    }
  }
}

/** Reads a statement that the parser does not know. */
export const statementReader = (
  { sql, tokens }: Statement,
  functions: ReadonlySet<string>,
  readOne: (sql: string) => Statement
): TokenReader => {
  const first = tokens[0]?.start ?? 0
  // The places of its tokens count the characters of the script.
  const own = tokens.map((token) => ({ ...token, start: token.start - first, end: token.end - first }))
  return tokenReader(Array.from(sql), own, functions, readOne)
}

/** The next name; a database or schema before it is none that the worksheet has. */
export const plainName = (read: TokenReader): string => {
  const name = read.name()
  if (read.peek() === '.') throw notSupported(`A name with a schema (${name}.…)`)
  return name
}

/** The start of `CREATE [OR REPLACE] <kind> [IF NOT EXISTS] <name>`. @param kind its words, as STAGE or FILE, FORMAT */
export const readCreate = (read: TokenReader, ...kind: readonly string[]) => {
  read.expect('CREATE')
  const isReplacing = read.accept('OR', 'REPLACE')
  for (const word of kind) read.expect(word)
  const isOptional = read.accept('IF', 'NOT', 'EXISTS')
  return { isReplacing, isOptional, name: plainName(read) }
}
