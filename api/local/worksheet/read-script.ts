import { functionPrefix } from './identifiers.ts'
import { Dialect, parse } from './lean-parser.ts'
import { list, nodeOf, type Tree } from './sql-tree.ts'
import { withoutLocations } from './stage-locations.ts'
import { withoutTableOptions } from './table-options.ts'
import { isWord, type Token, tokensOf } from './tokens.ts'
import { compilationError } from './worksheet-error.ts'

/** One statement of a script. */
export interface Statement {
  /** As typed, without its semicolon. */
  readonly sql: string
  /** Its first words in upper case, to name what is not supported. */
  readonly firstWords: string
  /** Its tokens; their places count the characters of the script. */
  readonly tokens: readonly Token[]
  /** Parses it; not before it is its turn, so that what stands before a mistake has run. */
  readonly parse: () => unknown
}

/** Functions that are called without parentheses. */
const bareFunctions = new Set([
  'CURRENT_DATE',
  'CURRENT_TIMESTAMP',
  'LOCALTIMESTAMP',
  'CURRENT_USER',
  'CURRENT_ROLE'
])

/** After these a name in front of a parenthesis is a table or a clause, not a call. */
const beforeNames = new Set(['INTO', 'TABLE', 'VIEW', 'UPDATE', 'AS', '.', 'WITH', 'JOIN'])
/** After a star these change its columns; after a factor's `*` they would be functions, and lose. */
const afterStar = new Set(['REPLACE', 'RENAME', 'EXCLUDE', 'ILIKE'])

/**
 * The statement's text with the prefix before each function we know, so that the parser reads all calls alike. What
 * it would make of `LEFT(…)` or `DATEDIFF(…)` by itself is not always Snowflake's meaning.
 */
const marked = (
  characters: readonly string[],
  tokens: readonly Token[],
  functions: ReadonlySet<string>
): string => {
  let text = ''
  let at = tokens[0]?.start ?? 0
  for (const [index, token] of tokens.entries()) {
    const name = token.text.toUpperCase()
    const next = tokens[index + 1]
    const previous = tokens[index - 1]?.text.toUpperCase() ?? ''
    const isName = isWord(token) && token.type !== 'QUOTED_IDENTIFIER' && functions.has(name)
    const isCall =
      isName &&
      next?.text === '(' &&
      next.type === 'L_PAREN' &&
      !beforeNames.has(previous) &&
      !(previous === '*' && afterStar.has(name))
    const isBare = isName && bareFunctions.has(name) && next?.text !== '(' && !['.', 'AS'].includes(previous)
    // Left-out tokens and comments leave their room, so that places in messages are right.
    text += characters.slice(at, token.start).join('').replaceAll(/[^\n]/g, ' ')
    text += isCall || isBare ? functionPrefix : ''
    text += (token.parsedAs ?? characters.slice(token.start, token.end).join('')) + (isBare ? '()' : '')
    at = token.end
  }
  return text
}

/** The texts of the outermost SELECT's items, which are the headings of those without an alias. */
const itemTexts = (characters: readonly string[], tokens: readonly Token[]): readonly string[] => {
  let depth = 0
  let first = -1
  let last = tokens.length
  const commas: number[] = []
  for (const [at, token] of tokens.entries()) {
    if (token.type === 'L_PAREN' || token.text === '[') depth += 1
    else if (token.type === 'R_PAREN' || token.text === ']') depth -= 1
    else if (depth > 0) continue
    else if (first < 0 && token.type === 'SELECT') first = at + 1
    else if (first >= 0 && token.type === 'COMMA') commas.push(at)
    else if (
      first >= 0 &&
      [
        'FROM',
        'WHERE',
        'UNION',
        'ORDER_BY',
        'LIMIT',
        'QUALIFY',
        'GROUP_BY',
        'INTERSECT',
        'EXCEPT',
        'ORDER'
      ].includes(token.type)
    ) {
      last = at
      break
    }
  }
  if (first < 0) return []
  while (['DISTINCT', 'ALL'].includes(tokens[first]?.text.toUpperCase() ?? '')) first += 1
  const bounds = [first, ...commas.map((at) => at + 1), last + 1]
  return bounds.slice(0, -1).map((from, at) => {
    const part = tokens.slice(from, (bounds[at + 1] ?? last + 1) - 1)
    return characters
      .slice(part[0]?.start ?? 0, part.at(-1)?.end ?? 0)
      .join('')
      .toUpperCase()
  })
}

/** Gives each unaliased item of the outermost SELECT the text it was typed with as its heading. */
const withHeadings = (tree: unknown, texts: readonly string[]): unknown => {
  const { kind, body } = nodeOf(tree)
  if (['union', 'except', 'intersect'].includes(kind)) {
    return { [kind]: { ...body, left: withHeadings(body.left, texts) } }
  }
  if (kind !== 'select' || list(body, 'expressions').length !== texts.length) return tree
  const expressions = list(body, 'expressions').map((item, at): unknown => {
    const plain = ['alias', 'star', 'column'].includes(nodeOf(item).kind)
    return plain
      ? item
      : { alias: { this: item, alias: { name: texts[at] ?? '', quoted: true }, is_heading: true } }
  })
  return { select: { ...body, expressions } }
}

/** Where a character of the marked text stands in the statement as typed. */
const unmarked = (read: string, at: number): number =>
  Array.from(read).slice(0, at).join('').replaceAll(functionPrefix, '').length

const parseOne = (
  characters: readonly string[],
  tokens: readonly Token[],
  functions: ReadonlySet<string>
): unknown => {
  const read = marked(characters, tokens, functions)
  const result = parse(read, Dialect.Snowflake)
  if (!result.success) {
    const said = (result.error ?? 'syntax error').replaceAll(functionPrefix, '')
    const error = compilationError(said.replace(/^Parse error at line \d+, column \d+: /, 'syntax error: '))
    const at = (result as { readonly errorStart?: number }).errorStart
    if (at !== undefined)
      error.place = {
        sql: characters.slice(tokens[0]?.start, tokens.at(-1)?.end).join(''),
        at: unmarked(read, at) + (tokens[0]?.start ?? 0)
      }
    throw error
  }
  const [tree, more] = result.ast as readonly Tree[]
  if (tree === undefined || more !== undefined) throw compilationError('syntax error')
  return withHeadings(tree, itemTexts(characters, tokens))
}

/** One statement out of the tokens of a script. */
export const statementOf = (
  characters: readonly string[],
  tokens: readonly Token[],
  functions: ReadonlySet<string>
): Statement => {
  const words = tokens.slice(0, 2).filter((token) => isWord(token))
  return {
    sql: characters.slice(tokens[0]?.start, tokens.at(-1)?.end).join(''),
    firstWords: words.map((token) => token.text.toUpperCase()).join(' '),
    tokens,
    parse: () => parseOne(characters, withoutLocations(characters, withoutTableOptions(tokens)), functions)
  }
}

/** Whether what has been typed ends with a semicolon that is not inside quotes, `$$…$$` or a comment. */
export const endsStatement = (script: string): boolean => {
  try {
    return tokensOf(script).at(-1)?.type === 'SEMICOLON'
  } catch {
    return false
  }
}

/**
 * Splits a script at its semicolons, not at those inside quotes, `$$…$$` or comments.
 *
 * @throws WorksheetError when the text cannot be read at all, e.g. an unclosed quote.
 */
export const readScript = (script: string, functions: ReadonlySet<string>): readonly Statement[] => {
  // The parser's places count characters, not UTF-16 units.
  const characters = Array.from(script)
  const statements: Statement[] = []
  let current: Token[] = []
  const finish = (): void => {
    if (current.length > 0) statements.push(statementOf(characters, current, functions))
    current = []
  }
  for (const token of tokensOf(script)) {
    if (token.type === 'SEMICOLON') finish()
    else current.push(token)
  }
  finish()
  return statements
}
