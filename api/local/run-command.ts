import type { RunStatus } from '../load/run-status.ts'
import type { LocalBulk } from './open-bulk.ts'
import { lookAtRun, type RunLook } from './run-look.ts'
import { showProgress } from './run-progress.ts'
import type { LocalCommand } from './usage.ts'

/**
 * Follows a run to its end.
 *
 * @param before how far an earlier command got: what is told of pace and time left is this one's
 * @returns its final status
 */
export const followRun = async (bulk: LocalBulk, run: string, before?: RunLook): Promise<RunStatus> => {
  const progress = showProgress(process.stderr, () => lookAtRun(bulk, run), before)
  try {
    const status = await bulk.ended(run)
    progress.stop(await lookAtRun(bulk, run).catch(() => undefined))
    return status
  } catch (error) {
    progress.stop(undefined)
    throw error
  }
}

/** Says the name of a run at once, so that it can be asked for and gone on with. */
export const nameRun = (run: string): void => void process.stderr.write(`run ${run}\n`)

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
  const { run, table, state, chunks, rows, errors } = status
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
  if (rows.written > 0) process.stdout.write(`the items: npm run look -- ${table}\n`)
}

/** What to say when a signal has ended the command: known once all is closed. */
let interruption: Promise<void> | undefined

/** On SIGINT and SIGTERM the workers checkpoint and hand on; a redrive goes on from there. */
export const closeOnSignal = (bulk: LocalBulk, command: LocalCommand, run: string): void => {
  const stop = (): void => {
    interruption ??= bulk
      .close()
      .then(
        () => `interrupted; go on with: npm run redrive -- ${run}`,
        (error: Error) => error.message
      )
      .then((text) => {
        process.stderr.write(`${command}: ${text}\n`)
        process.exit(1)
      })
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

/** Goes on with an error; not where a signal has ended the command, which then says so itself. */
export const unlessInterrupted = async (error: unknown): Promise<never> => {
  await interruption
  throw error
}
