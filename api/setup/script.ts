import { readFile } from 'node:fs/promises'

const folder = new URL('../../sql/', import.meta.url)

/** Values of the `<% name %>` in scripts. */
export type Variables = Readonly<Record<string, string>>

/** A script of `sql/` with its variables filled in, cut into statements without comments and `;`. */
export interface Script {
  /** Path below `sql/`. */
  readonly path: string
  readonly statements: readonly string[]
}

/** @throws Error when the script names a variable that nobody gave */
export const readScript = async (path: string, variables: Variables): Promise<Script> => ({
  path,
  statements: cutStatements(await readFile(new URL(path, folder), 'utf8'), variables)
})

/** Our scripts keep `;` for the end of a statement and `--` for comments: `test/sql/layout.test.ts`. */
export const cutStatements = (text: string, variables: Variables): string[] =>
  text
    .replace(/(^|\s)--\s.*$/gm, '')
    .split(/;[ \t]*$/m)
    .map((statement) => fill(statement.replace(/[ \t]+$/gm, '').trim(), variables))
    .filter((statement) => statement !== '')

const fill = (text: string, variables: Variables): string =>
  text.replace(/<%\s*(\w+)\s*%>/g, (_, name: string) => {
    const value = variables[name]
    if (value === undefined) throw new Error(`the script needs a value for <% ${name} %>`)
    return value
  })
