import { progressBar, progressLine } from './progress.ts'
import { readSettings } from './simulate/settings.ts'

/** `npm run simulate`: a Snowflake statement against a table with a capacity, in simulated time. */
export const main = async (args: readonly string[]): Promise<void> => {
  const settings = readSettings(args)
  // Behind the arguments: what is wrong with them is said at once.
  const [{ report }, { simulateStatements }] = await Promise.all([
    import('./simulate/report.ts'),
    import('./simulate/simulate-statements.ts')
  ])
  const line = progressLine(process.stderr)
  const rows = settings.rows * settings.statements
  const outcome = await simulateStatements(settings, (answered) =>
    line.show(progressBar(answered, rows, 'rows'))
  )
  line.clear()
  process.stdout.write(`${report(settings, outcome)}\n`)
  if (settings.isJson) process.stdout.write(`${JSON.stringify({ settings, ...outcome })}\n`)
  const isWhole = outcome.failedStatements === 0 && outcome.lost === 0 && outcome.written === outcome.rows
  process.exit(isWhole ? 0 : 1)
}
