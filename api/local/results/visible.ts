// Control characters would move the cursor, change colours or answer for the terminal; these others turn the direction
// of what follows, or break lines. https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is meant
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Text of data as a terminal may be sent it: what would command the terminal is written out, as `\x1b`. */
export const visible = (text: string): string =>
  text.replace(unseen, (character) => short[character] ?? escaped(character))

/** The same for text of several lines: line ends stay. */
export const visibleLines = (text: string): string => text.split('\n').map(visible).join('\n')

const escaped = (character: string): string => {
  const hex = (character.codePointAt(0) ?? 0).toString(16)
  return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`
}

/** JSON text without characters that command a terminal: it stays the same JSON. Plain JSON escapes only some of them. */
export const visibleJson = (json: string): string =>
  json.replace(unseen, (character) =>
    character === '\n' ? character : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  )
