import { Dialect, tokenize } from './lean-parser.ts'
import { compilationError } from './worksheet-error.ts'

/** A word, sign or text of a script, from the character `start` to before `end`. */
export interface Token {
  readonly type: string
  readonly text: string
  readonly start: number
  readonly end: number
  /** What the parser reads in its place. */
  readonly parsedAs?: string
}

interface RawToken {
  readonly token_type: string
  readonly text: string
  readonly span: { readonly start: number; readonly end: number }
}

/** @throws WorksheetError when the text cannot be read, e.g. an unclosed quote */
export const tokensOf = (script: string): readonly Token[] => {
  const result = tokenize(script, Dialect.Snowflake)
  if (!result.success) {
    const error = compilationError(`syntax error: ${result.error ?? 'unreadable text'}`)
    const opened = (result as { readonly errorStart?: number }).errorStart
    if (opened !== undefined) error.place = { sql: script, at: opened }
    throw error
  }
  // The declared names are in camel case, the real ones are not.
  const tokens = (result.tokens ?? []) as unknown as readonly RawToken[]
  return tokens.map((token) => ({
    type: token.token_type,
    text: token.text,
    start: token.span.start,
    end: token.span.end
  }))
}

export const isWord = (token: Token | undefined): boolean =>
  token !== undefined && /^[A-Za-z_][\w$]*$/.test(token.text) && token.type !== 'STRING'
