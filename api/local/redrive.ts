import { parseArgs } from 'node:util'
import { toJsonText } from '../json/to-json-text.ts'
import { readConfig } from '../runtime/config.ts'
import { readAllowRejected, tooManyRejected } from './allow-rejected.ts'
import { joinedArgs } from './joined-args.ts'
import { localFolder } from './local-folder.ts'
import { openBulk } from './open-bulk.ts'
import { resumeRun } from './resume-run.ts'
import {
  closeOnSignal,
  followRun,
  nameRun,
  printStatus,
  readOptionsArgument,
  unlessInterrupted
} from './run-command.ts'
import { lookAtRun } from './run-look.ts'

const options = {
  options: { type: 'string' },
  'allow-rejected': { type: 'string' },
  json: { type: 'boolean', default: false }
} as const

const readArguments = (args: readonly string[]) => {
  const { values, positionals } = parseArgs({
    args: joinedArgs(args, options),
    allowPositionals: true,
    options
  })
  const [run, ...others] = positionals
  if (run === undefined || others.length > 0) throw new Error('name one run: npm run redrive -- <run>')
  return {
    run,
    runOptions: readOptionsArgument(values.options),
    allowed: readAllowRejected(values['allow-rejected']),
    isJson: values.json
  }
}

/** `npm run redrive -- <run>`: what a run has set aside goes through again, and what it has not finished goes on. */
export const main = async (args: readonly string[]): Promise<void> => {
  const { run, runOptions, allowed, isJson } = readArguments(args)
  const bulk = await openBulk({ config: readConfig(process.env), folder: localFolder })
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
