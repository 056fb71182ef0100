import { report } from './simulate/report.ts'
import { readSettings } from './simulate/settings.ts'
import { simulateStatements } from './simulate/simulate-statements.ts'

// `npm run simulate`: a Snowflake statement against a table with a capacity, in simulated time.

try {
  const settings = readSettings(process.argv.slice(2))
  const outcome = await simulateStatements(settings)
  process.stdout.write(`${report(settings, outcome)}\n`)
  if (settings.isJson) process.stdout.write(`${JSON.stringify({ settings, ...outcome })}\n`)
  process.exit(
    outcome.failedStatements === 0 && outcome.lost === 0 && outcome.written === outcome.rows ? 0 : 1
  )
} catch (error) {
  process.stderr.write(`simulate: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
