/** Values of the `<% name %>` in scripts. */
export type Variables = Readonly<Record<string, string>>

/** What ends a statement, or may hold a `;` that does not: comments, texts, quoted names, `$$` bodies. */
const pieces = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|\$\$[\s\S]*?\$\$|;/g

/**
 * A script → its statements, variables filled in, without `;` and without comments (those inside a `$$` body stay).
 *
 * @throws Error when the script names a variable that nobody gave
 */
export const cutStatements = (text: string, variables: Variables): string[] => {
  const statements: string[] = []
  let statement = ''
  let at = 0
  const end = () => {
    const filled = fillVariables(tidy(statement), variables)
    if (filled !== '') statements.push(filled)
    statement = ''
  }
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    statement += text.slice(at, index)
    at = index + piece.length
    if (piece === ';') end()
    else if (!piece.startsWith('--') && !piece.startsWith('/*')) statement += piece
  }
  statement += text.slice(at)
  end()
  return statements
}

/** Lines that held only a comment go, and what stood before a comment loses its blanks. */
const tidy = (statement: string): string =>
  statement
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
    .trim()

/** @throws Error when a variable has no value */
const fillVariables = (text: string, variables: Variables): string =>
  text.replace(/<%\s*(\w+)\s*%>/g, (_, name: string) => {
    const value = variables[name]
    if (value === undefined) throw new Error(`the script needs a value for <% ${name} %>`)
    return value
  })
