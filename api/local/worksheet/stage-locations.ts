import type { Token } from './tokens.ts'

const mark = '@LOCATION_'

/**
 * The tokens with each `@stage/path` as one: in a path the parser would stumble over words such as `delete`. Its text
 * stands in for it until it is needed: see `locationIn`.
 */
export const withoutLocations = (
  characters: readonly string[],
  tokens: readonly Token[]
): readonly Token[] => {
  const joined: Token[] = []
  for (let at = 0; at < tokens.length; at += 1) {
    const first = tokens[at] as Token
    let last = first
    while (
      first.text.startsWith('@') &&
      tokens[at + 1]?.start === last.end &&
      !['(', ')', ','].includes(tokens[at + 1]?.text ?? '')
    ) {
      at += 1
      last = tokens[at] as Token
    }
    const path = characters.slice(first.start + 1, last.end).join('')
    joined.push(
      last === first ? first : { ...first, end: last.end, parsedAs: mark + Buffer.from(path).toString('hex') }
    )
  }
  return joined
}

/** `@stage/path` out of what the parser was given for it. */
export const locationIn = (parsed: string): string =>
  parsed.startsWith(mark) ? `@${Buffer.from(parsed.slice(mark.length), 'hex').toString()}` : parsed
