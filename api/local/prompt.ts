import { createInterface } from 'node:readline/promises'
import { type ResultFormat, runSql } from './run-sql.ts'
import type { Worksheet } from './worksheet/worksheet.ts'

/** Reads statements from the terminal, each ended by a semicolon at the end of a line, until `exit` or Ctrl-D. */
export const prompt = async (worksheet: Worksheet, format: ResultFormat): Promise<void> => {
  process.stdout.write('\nSQL, ended by a semicolon; exit or Ctrl-D ends the worksheet.\n')
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: 'sql> ' })
  let script = ''
  terminal.prompt()
  for await (const line of terminal) {
    if (script === '' && /^\s*(exit|quit|!q|!exit)\s*;?\s*$/i.test(line)) break
    script += `${line}\n`
    if (/;\s*$/.test(line)) {
      try {
        await runSql(worksheet, script, format)
      } catch (error) {
        process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`)
      }
      script = ''
    }
    terminal.setPrompt(script.trim() === '' ? 'sql> ' : '  -> ')
    terminal.prompt()
  }
  terminal.close()
}
