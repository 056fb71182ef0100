import { parseJson } from '../json/json-text.ts'
import { JsonObject } from '../json/json-value.ts'
import { readBulkOptions } from '../load/bulk-options.ts'
import { type RunStatus, readRunStatus } from '../load/run-status.ts'
import { Flaw } from '../plan/row-result.ts'
import type { LocalBulk } from './open-bulk.ts'
import { showProgress } from './run-progress.ts'
import { type LocalCommand, lineOf } from './usage.ts'

/** The folder that `load` and `redrive` keep between calls. */
export const localFolder = '.local'

/** `--options`: JSON text → options. @throws Error in one line */
export const readOptionsArgument = (text: string | undefined): JsonObject | null => {
  if (text === undefined) return null
  let options: unknown
  try {
    options = parseJson(text)
  } catch {
    options = undefined
  }
  if (!(options instanceof JsonObject))
    throw new Error(`--options takes a JSON object, such as '{"names":"lower"}'`)
  const flaw = readBulkOptions(options)
  if (flaw instanceof Flaw) throw new Error(`--options: ${flaw.message}`)
  return options
}

/** Follows a run to its end. @returns its final status */
export const followRun = async ({ deps, ended }: LocalBulk, run: string): Promise<RunStatus> => {
  process.stderr.write(`run ${run}\n`)
  const progress = showProgress(process.stderr, () => readRunStatus(deps.ledger, run, deps.clock.now()))
  try {
    const status = await ended(run)
    progress.stop(status)
    return status
  } catch (error) {
    progress.stop(undefined)
    throw error
  }
}

/**
 * The final words of a command: one JSON line, or a few for people.
 *
 * @param seconds what people are told: of a redrive its own time, not the time since the run began
 */
export const printStatus = (status: RunStatus, isJson: boolean, seconds = status.seconds): void => {
  if (isJson) {
    process.stdout.write(`${JSON.stringify(status)}\n`)
    return
  }
  const { run, state, chunks, rows, errors } = status
  const counts = Object.entries(rows).filter(([name, count]) => name !== 'expected' && count)
  process.stdout.write(
    `run ${run} ${state === 'failed' ? 'failed' : `is ${state}`}: ${chunks.settled} of ${chunks.total} chunks in ${seconds} s\n`
  )
  process.stdout.write(`rows: ${counts.map(([name, count]) => `${count} ${name}`).join(', ') || 'none'}\n`)
  for (const error of errors) process.stdout.write(`  ${error}\n`)
  if (rows.rejected > 0)
    process.stdout.write(
      `rejected rows lie in .local/bucket/rejected/${run}: mend them, then npm run redrive -- ${run}\n`
    )
}

/** What to say when a signal has ended the command: known once all is closed. */
let interruption: Promise<string> | undefined

/** On SIGINT and SIGTERM the workers checkpoint and hand on; a redrive goes on from there. */
export const closeOnSignal = (bulk: LocalBulk, command: LocalCommand, run: string): void => {
  const stop = (): void => {
    interruption ??= bulk.close().then(
      () => `interrupted; go on with: npm run redrive -- ${run}`,
      (error: Error) => error.message
    )
    void failCommand(command, undefined)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

/** Ends a command with one line on stderr. */
export const failCommand = async (command: LocalCommand, error: unknown): Promise<never> => {
  const text = (await interruption) ?? lineOf(command, error)
  process.stderr.write(`${command}: ${text.split('\n', 1)[0]}\n`)
  process.exit(1)
}
