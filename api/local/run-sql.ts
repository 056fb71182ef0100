import { progressBar, progressLine } from './progress.ts'
import { printTable } from './worksheet/print-table.ts'
import { rowsAsJson } from './worksheet/rows-as-json.ts'
import type { StatementResult, Worksheet } from './worksheet/worksheet.ts'

export type ResultFormat = 'table' | 'json'

/** Runs a script and prints each result to stdout as it comes; progress of long calls goes to stderr. */
export const runSql = async (
  worksheet: Worksheet,
  script: string,
  format: ResultFormat,
  before?: (result: StatementResult) => string
): Promise<void> => {
  const progress = progressLine(process.stderr)
  await worksheet.run(script, {
    progress: (answered, of) => progress.show(progressBar(answered, of, 'rows answered')),
    onResult: (result) => {
      progress.clear()
      const text = format === 'json' ? rowsAsJson(result) : `${before?.(result) ?? ''}${printTable(result)}`
      process.stdout.write(`${text}\n`)
    }
  })
}
