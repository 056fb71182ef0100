import { createInterface } from 'node:readline/promises'
import { type ResultFormat, runSql } from './run-sql.ts'
import { shownTable, type TableSpec } from './table-spec.ts'
import { endsStatement } from './worksheet/read-script.ts'
import type { Worksheet } from './worksheet/worksheet.ts'

const firstPrompt = 'sql> '
const nextPrompt = '  -> '

/** Exit code of a program that Ctrl-C ended. */
const interrupted = 130

/**
 * Reads statements from the terminal, each ended by a semicolon, over as many lines as it takes, until `exit` or
 * Ctrl-D. Ctrl-C drops what has been typed of a statement; while one runs, it ends the program.
 */
export const prompt = async (
  worksheet: Worksheet,
  format: ResultFormat,
  tables: readonly TableSpec[]
): Promise<void> => {
  process.stdout.write(
    `\nDynamoDB tables: ${tables.map(shownTable).join(' ')} (others: npm start -- --table name=key:S)\n` +
      'SQL, ended by a semicolon; exit or Ctrl-D ends the worksheet.\n'
  )
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: firstPrompt })
  let script = ''
  let isRunning = false
  terminal.on('SIGINT', () => {
    if (isRunning) process.exit(interrupted)
    process.stdout.write(script === '' && terminal.line === '' ? '\nexit or Ctrl-D ends the worksheet' : '^C')
    script = ''
    process.stdout.write('\n')
    terminal.setPrompt(firstPrompt)
    // Drops the line that has been typed, as Ctrl-U does.
    terminal.write(null, { ctrl: true, name: 'e' })
    terminal.write(null, { ctrl: true, name: 'u' })
    terminal.prompt()
  })
  terminal.prompt()
  for await (const line of terminal) {
    if (script === '' && /^\s*(exit|quit|!q|!exit)\s*;?\s*$/i.test(line)) break
    script += `${line}\n`
    if (endsStatement(script)) {
      isRunning = true
      try {
        await runSql(worksheet, script, format)
      } catch (error) {
        process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`)
      }
      isRunning = false
      script = ''
    } else if (script.trim() === '') script = ''
    terminal.setPrompt(script === '' ? firstPrompt : nextPrompt)
    terminal.prompt()
  }
  terminal.close()
}
