import { quoteName, quoteText } from './identifiers.ts'
import type { Statement } from './read-script.ts'
import type { Done, Extension, Session } from './session.ts'
import { notSupported } from './worksheet-error.ts'

/** One row of a SHOW: texts by column. */
export type ShownRow = Readonly<Record<string, string | null>>

const cellOf = (value: string | null | undefined): string =>
  value === null || value === undefined ? 'CAST(NULL AS VARCHAR)' : quoteText(value)

/** `SHOW … [LIKE 'pattern']` over rows with a name; LIKE knows no upper and lower case there. */
export const showStatement = (
  what: string,
  columns: readonly string[],
  rowsOf: (session: Session, words: readonly string[]) => Promise<readonly ShownRow[]>
): Extension => ({
  words: new RegExp(`^show\\s+(terse\\s+)?${what}\\b`, 'i'),
  run: async ({ sql, tokens }: Statement, _, session): Promise<Done> => {
    const words = tokens.map((token) => token.text.toUpperCase())
    const like = words.indexOf('LIKE')
    const pattern = like < 0 ? '%' : (tokens[like + 1]?.text ?? '%')
    const rest = words.slice(like < 0 ? what.split(' ').length + 1 : like + 2)
    // There is one schema, so IN SCHEMA and IN DATABASE change nothing.
    if (rest.length > 0 && rest[0] !== 'IN') throw notSupported(`SHOW ${what.toUpperCase()} with ${rest[0]}`)
    const rows = await rowsOf(session, words)
    const lines = rows.map((row) => `(${columns.map((name) => cellOf(row[name])).join(', ')})`)
    const none = `(${columns.map(() => 'CAST(NULL AS VARCHAR)').join(', ')})`
    const names = columns.map(quoteName).join(', ')
    return session.show(
      sql,
      `SELECT * FROM (VALUES ${[none, ...lines].join(', ')}) AS shown(${names}) WHERE name ILIKE ${quoteText(pattern)} ORDER BY name`
    )
  }
})
