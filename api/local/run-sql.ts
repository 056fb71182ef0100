import { progressBar, progressLine } from './progress.ts'
import { type ResultView, resultText } from './results/print-result.ts'
import { type NamedScript, scriptFailed } from './script-failed.ts'
import type { Statement } from './worksheet/read-script.ts'
import type { StatementResult, WorksheetSession } from './worksheet/worksheet.ts'

export interface RunSqlOptions {
  /** What stands in front of a result. */
  readonly before?: (result: StatementResult) => string
  /** What stands behind it. @param seconds that its statement took */
  readonly after?: (result: StatementResult, seconds: number) => string
  /** Cancels the statement that runs, and with it the script. */
  readonly signal?: AbortSignal
}

/**
 * Runs a script and prints each result to stdout as it comes; progress of long calls goes to stderr.
 *
 * @throws ScriptFailed at the first statement that fails: what is wrong, and where
 */
export const runSql = async (
  worksheet: Pick<WorksheetSession, 'run'>,
  script: NamedScript,
  view: ResultView,
  { before, after, signal }: RunSqlOptions = {}
): Promise<void> => {
  const progress = progressLine(process.stderr)
  let running: Statement | undefined
  let startMs = performance.now()
  try {
    await worksheet.run(script.sql, {
      ...(signal && { signal }),
      progress: (answered, of) => progress.show(progressBar(answered, of, 'rows answered')),
      onStatement: (statement) => {
        running = statement
        startMs = performance.now()
      },
      onResult: (result) => {
        progress.clear()
        const seconds = (performance.now() - startMs) / 1000
        const text = resultText(result, view, process.stdout)
        process.stdout.write(`${before?.(result) ?? ''}${text}\n${after?.(result, seconds) ?? ''}`)
      }
    })
  } catch (error) {
    progress.clear()
    throw scriptFailed(error, script, running)
  }
}
