import type { Variables } from './script.ts'

/** A word of a shell as it stands. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** The line that runs sql/deploy.sql by the snow CLI, from the folder sql: every variable given, since it has no defaults. */
export const snowCommand = (variables: Variables): string =>
  [
    'snow sql -f deploy.sql',
    ...Object.entries(variables).map(([name, value]) => `-D ${quoted(`${name}=${value}`)}`)
  ].join(' \\\n  ')
