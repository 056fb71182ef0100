import type { JsonObject } from '../json/json-value.ts'
import { toJsonText } from '../json/to-json-text.ts'
import type { Config } from '../runtime/config.ts'
import { tooManyRejected } from './allow-rejected.ts'
import { localFolder } from './local-folder.ts'
import { openBulk } from './open-bulk.ts'
import { resumeRun } from './resume-run.ts'
import { closeOnSignal, followRun, nameRun, printStatus, unlessInterrupted } from './run-command.ts'
import { lookAtRun } from './run-look.ts'

/** What `npm run redrive` was told. */
export interface RedriveArguments {
  readonly run: string
  /** In place of those of the run, if any. */
  readonly runOptions: JsonObject | null
  /** The share of rejected rows that is taken. */
  readonly allowed: number | undefined
  readonly isJson: boolean
}

/** What a run has set aside goes through again, and what it has not finished goes on; to its exit code. */
export const redriveRun = async (
  { run, runOptions, allowed, isJson }: RedriveArguments,
  config: Config
): Promise<void> => {
  const bulk = await openBulk({ config, folder: localFolder })
  closeOnSignal(bulk, 'redrive', run)
  try {
    const startMs = performance.now()
    const before = await lookAtRun(bulk, run).catch(() => undefined)
    const asked = await resumeRun(bulk.deps, run, runOptions === null ? undefined : toJsonText(runOptions))
    if (asked === 'unknown') {
      await bulk.close()
      throw new Error(`nobody knows the run ${run} here: npm run load printed its name`)
    }
    nameRun(run)
    if (asked === 'running' && runOptions !== null)
      process.stderr.write(
        'the run has not ended, so its options stay: redrive it again with them afterwards\n'
      )
    const status = await followRun(bulk, run, before)
    await bulk.close()
    printStatus(status, isJson, Math.round(performance.now() - startMs) / 1000)
    const odd = tooManyRejected(status, allowed)
    if (odd !== undefined) process.stderr.write(`redrive: ${odd}\n`)
    process.exit(status.state === 'complete' && odd === undefined ? 0 : 1)
  } catch (error) {
    await unlessInterrupted(error)
  }
}
