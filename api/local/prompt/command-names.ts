/** Commands of the prompt, with what they do; each stands on a line of its own and needs no semicolon. */
export const commandNotes = {
  '!all': 'the last result, all of its rows',
  '!help': 'this list (also help)',
  '!history': 'the statements that were typed',
  '!look': '!look <table> [<key>]: items of a DynamoDB table',
  '!quit': 'leave (also exit, quit, \\q, Ctrl-D)',
  '!set': '!set format=table|json|csv, !set rows=200|all',
  '!source': '!source file.sql: run the statements of a file',
  '!tables': 'the DynamoDB tables and their keys'
} as const

export const commandNames = Object.keys(commandNotes)

/** What `help` prints. */
export const helpText = (): string => {
  const width = Math.max(...commandNames.map((name) => name.length))
  const lines = Object.entries(commandNotes).map(([name, note]) => `  ${name.padEnd(width)}  ${note}`)
  return [
    'SQL in the dialect of Snowflake; a semicolon ends a statement, over as many lines as it takes.',
    'Ctrl-C cancels a statement, or drops what has been typed. Tab completes, the arrows bring statements back.',
    ...lines,
    ''
  ].join('\n')
}
