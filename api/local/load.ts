import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { skippedLine } from '../load/marker-name.ts'
import { unloadKey } from '../load/run-paths.ts'
import { requestRun } from '../load/start-load.ts'
import { readConfig } from '../runtime/config.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import { filesToLoad } from './files-to-load.ts'
import { openBulk } from './open-bulk.ts'
import {
  closeOnSignal,
  failCommand,
  followRun,
  localFolder,
  printStatus,
  readOptionsArgument
} from './run-command.ts'
import { readTableSpec } from './table-spec.ts'
import { answerHelp } from './usage.ts'

// `npm run load`: local files through the bulk path in one process. Each call is a new run.

const linksAtOnce = 8

const readArguments = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      table: { type: 'string' },
      options: { type: 'string' },
      json: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false }
    }
  })
  if (values.table === undefined) throw new Error('name the table: --table name=key:T')
  const { json, fresh } = values
  return {
    table: readTableSpec(values.table),
    options: readOptionsArgument(values.options),
    isJson: json,
    isFresh: fresh,
    positionals
  }
}

answerHelp('load', process.argv.slice(2))

try {
  const { table, options, isJson, isFresh, positionals } = readArguments()
  const { files, skipped } = await filesToLoad(positionals)
  const config = readConfig(process.env)
  const bulk = await openBulk({ config, folder: localFolder, isFresh, tables: [table] })
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
  const run = `load-${stamp}-${randomBytes(3).toString('hex')}`
  closeOnSignal(bulk, 'load', run)
  const { deps } = bulk
  await inParallel(linksAtOnce, files, async ({ name, path }) => {
    await deps.store.link(unloadKey(run, name), path)
  })
  const listed = files.map(({ name }) => ({ name, rows: null }))
  const manifest = { run, table: table.name, options, queryId: undefined, files: listed }
  const begun = await requestRun(deps, manifest, new AbortController().signal)
  const ended = begun.state === 'failed' ? begun : await followRun(bulk, run)
  const beside = skippedLine(skipped)
  const status = beside === undefined ? ended : { ...ended, errors: [...ended.errors, beside] }
  await bulk.close()
  printStatus(status, isJson)
  process.exit(status.state === 'complete' ? 0 : 1)
} catch (error) {
  await failCommand('load', error)
}
