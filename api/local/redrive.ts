import { parseArgs } from 'node:util'
import { toJsonText } from '../json/to-json-text.ts'
import { readConfig } from '../runtime/config.ts'
import { openBulk } from './open-bulk.ts'
import { resumeRun } from './resume-run.ts'
import {
  closeOnSignal,
  failCommand,
  followRun,
  localFolder,
  printStatus,
  readOptionsArgument
} from './run-command.ts'
import { answerHelp } from './usage.ts'

// `npm run redrive -- <run>`: what a run has set aside goes through again, and what it has not finished goes on.

answerHelp('redrive', process.argv.slice(2))

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { options: { type: 'string' }, json: { type: 'boolean', default: false } }
  })
  const [run, ...others] = positionals
  if (run === undefined || others.length > 0) throw new Error('name one run: npm run redrive -- <run>')
  const options = readOptionsArgument(values.options)
  const bulk = await openBulk({ config: readConfig(process.env), folder: localFolder })
  closeOnSignal(bulk, 'redrive', run)
  const startMs = performance.now()
  const asked = await resumeRun(bulk.deps, run, options === null ? undefined : toJsonText(options))
  if (asked === 'unknown') {
    await bulk.close()
    throw new Error(`nobody knows the run ${run} here: npm run load printed its name`)
  }
  if (asked === 'running' && options !== null)
    process.stderr.write(
      'the run has not ended, so its options stay: redrive it again with them afterwards\n'
    )
  const status = await followRun(bulk, run)
  await bulk.close()
  printStatus(status, values.json, Math.round(performance.now() - startMs) / 1000)
  process.exit(status.state === 'complete' ? 0 : 1)
} catch (error) {
  await failCommand('redrive', error)
}
