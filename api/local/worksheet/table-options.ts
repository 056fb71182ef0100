import type { Token } from './tokens.ts'

const words = [
  'CLUSTER',
  'COMMENT',
  'DATA_RETENTION_TIME_IN_DAYS',
  'CHANGE_TRACKING',
  'COPY',
  'DEFAULT_DDL_COLLATION'
]

/** Where the list or value after an option ends. */
const endOf = (tokens: readonly Token[], from: number): number => {
  if (tokens[from + 1]?.text !== '(' && tokens[from + 2]?.text !== '(') {
    return tokens[from + 1]?.text === '=' ? from + 3 : from + 2
  }
  let depth = 0
  for (let at = from; at < tokens.length; at += 1) {
    if (tokens[at]?.type === 'L_PAREN') depth += 1
    if (tokens[at]?.type !== 'R_PAREN') continue
    depth -= 1
    if (depth === 0) return at + 1
  }
  return tokens.length
}

/**
 * The tokens of a CREATE TABLE without the options behind its columns that change nothing here: how it is clustered,
 * kept and described. The parser does not take all of them, nor in every order.
 */
export const withoutTableOptions = (tokens: readonly Token[]): readonly Token[] => {
  const isTable = tokens.slice(0, 6).some((token) => token.text.toUpperCase() === 'TABLE')
  if (tokens[0]?.text.toUpperCase() !== 'CREATE' || !isTable) return tokens
  const kept: Token[] = []
  let depth = 0
  let isQuery = false
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token
    const name = token.text.toUpperCase()
    isQuery ||= depth === 0 && ['SELECT', 'WITH'].includes(name)
    const next = tokens[at + 1]?.text.toUpperCase()
    const isOption =
      depth === 0 && !isQuery && at > 2 && words.includes(name) && ['=', 'BY', 'GRANTS'].includes(next ?? '')
    if (isOption) {
      at = endOf(tokens, at) - 1
      continue
    }
    if (token.type === 'L_PAREN') depth += 1
    if (token.type === 'R_PAREN') depth -= 1
    kept.push(token)
  }
  return kept
}
