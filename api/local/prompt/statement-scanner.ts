/** Inside of what a text ends: nothing, quotes, a text between `$$`, a comment. */
type Inside = 'code' | "'" | '"' | '$$' | '/*'

/** Cuts typed lines into statements, each line looked at once: a paste of thousands of lines takes their time, not its square. */
export interface StatementScanner {
  /** @returns the statements that the line ends, each with its semicolon */
  add(line: string): readonly string[]
  /** What has been typed of a statement that has not ended; empty between statements. */
  rest(): string
  /** Forgets it. */
  drop(): void
}

/** At these something begins or ends; everything between them is passed over at once. */
const marks = {
  code: /['";]|\$\$|--|\/\/|\/\*/g,
  "'": /['\\]/g,
  '"': /"/g,
  $$: /\$\$/g,
  '/*': /\*\//g
} as const satisfies Record<Inside, RegExp>

/** What a semicolon ends is no statement when there is nothing but space and comments. */
const isEmpty = (text: string): boolean =>
  text.replaceAll(/--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[\s;]/g, '') === ''

export const statementScanner = (): StatementScanner => {
  let inside: Inside = 'code'
  let pieces: string[] = []
  let hasCode = false

  const drop = (): void => {
    inside = 'code'
    pieces = []
    hasCode = false
  }
  const end = (last: string): string | undefined => {
    const text = [...pieces, last].join('\n').trim()
    drop()
    return isEmpty(text) ? undefined : text
  }

  const add: StatementScanner['add'] = (line) => {
    const statements: string[] = []
    let [from, at] = [0, 0]
    for (;;) {
      const pattern = marks[inside]
      pattern.lastIndex = at
      const found = pattern.exec(line)
      if (inside !== 'code' && found === null) break
      const [mark] = found ?? ['']
      const until = found?.index ?? line.length
      if (inside === 'code') hasCode ||= /\S/.test(line.slice(at, until)) || /['"]|\$\$/.test(mark)
      if (found === null || mark === '--' || mark === '//') break
      at = until + mark.length
      if (inside === 'code' && mark === ';') {
        const statement = end(line.slice(from, at))
        if (statement !== undefined) statements.push(statement)
        from = at
      } else if (mark === '\\') at += 1
      else inside = inside === 'code' ? (mark as Inside) : 'code'
    }
    const last = line.slice(from)
    // Between statements comments and empty lines are nobody's beginning.
    if (hasCode || inside !== 'code') pieces.push(last)
    else drop()
    return statements
  }

  return { add, rest: () => pieces.join('\n'), drop }
}
