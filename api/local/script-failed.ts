import { visibleLines } from './results/visible.ts'
import { StatementCancelled } from './scripting/script-error.ts'
import type { Statement } from './worksheet/read-script.ts'
import { WorksheetError } from './worksheet/worksheet-error.ts'

/** A script that stopped at a statement. The first line is Snowflake's words, the others say where. */
export class ScriptFailed extends Error {
  override readonly name = 'ScriptFailed'
}

/** A text that is run and what messages call it. */
export interface NamedScript {
  readonly name: string
  readonly sql: string
}

/**
 * The error of a script as people read it: what is wrong, then file, line and column, and the line itself with a mark.
 *
 * @param statement the one that failed; undefined when the script could not be cut into statements
 */
export const scriptFailed = (
  error: unknown,
  { name, sql }: NamedScript,
  statement: Statement | undefined
): ScriptFailed => {
  const message = visibleLines(error instanceof Error ? error.message : String(error))
  const characters = Array.from(sql)
  const at = error instanceof StatementCancelled ? undefined : placeOf(error, statement)
  if (at === undefined) return new ScriptFailed(message, { cause: error })
  const before = characters.slice(0, at).join('').split('\n')
  const line = before.length
  const text = sql.split('\n')[line - 1] ?? ''
  const column = Array.from(before.at(-1) ?? '').length
  return new ScriptFailed(
    `${message}\n  at ${name}, line ${line}, column ${column + 1}:\n${excerpt(text, column)}`,
    { cause: error }
  )
}

/** Columns of a long line that are shown around the place. */
const shownBefore = 50
const shownAfter = 60

const excerpt = (text: string, column: number): string => {
  const characters = Array.from(text)
  const from = Math.max(0, column - shownBefore)
  const shown = visibleLines(characters.slice(from, column + shownAfter).join(''))
  const lead = visibleLines(characters.slice(from, column).join(''))
  return `  ${shown.trimEnd()}\n  ${' '.repeat(Array.from(lead).length)}^`
}

/** The character of the script that the error is about: what the parser says, a name that the message holds, or the statement's first. */
const placeOf = (error: unknown, statement: Statement | undefined): number | undefined => {
  const place = error instanceof WorksheetError ? error.place : undefined
  if (statement === undefined) return place?.at
  const [first] = statement.tokens
  if (place?.sql === statement.sql) return place.at
  const message = error instanceof Error ? error.message : ''
  const names = [...message.matchAll(/['"]([^'"]+)['"]/g)].map(([, name = '']) => name.toUpperCase())
  const named = names.flatMap((name) => statement.tokens.filter(({ text }) => text.toUpperCase() === name))
  return (named[0] ?? first)?.start
}
