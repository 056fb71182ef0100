import { randomBytes } from 'node:crypto'
import type { JsonObject } from '../json/json-value.ts'
import { skippedLine } from '../load/marker-name.ts'
import { planRun } from '../load/plan-load.ts'
import { unloadKey } from '../load/run-paths.ts'
import { requestRun } from '../load/start-load.ts'
import type { Config } from '../runtime/config.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import { tooManyRejected } from './allow-rejected.ts'
import type { FilesToLoad } from './files-to-load.ts'
import { localFolder } from './local-folder.ts'
import { openBulk } from './open-bulk.ts'
import { printPlan } from './print-plan.ts'
import { closeOnSignal, followRun, nameRun, printStatus, unlessInterrupted } from './run-command.ts'
import type { TableSpec } from './table-spec.ts'

const linksAtOnce = 8
/** A plan reads so long; what it has not read by then is estimated. */
const planMs = 60_000

/** What `npm run load` was told. */
export interface LoadArguments {
  readonly table: TableSpec
  readonly runOptions: JsonObject | null
  /** The share of rejected rows that is taken. */
  readonly allowed: number | undefined
  readonly isJson: boolean
  readonly isFresh: boolean
  readonly isPlan: boolean
}

/** Local files through the bulk path in one process, to its exit code. Each call is a new run. */
export const loadFiles = async (
  { table, runOptions, allowed, isJson, isFresh, isPlan }: LoadArguments,
  { files, skipped }: FilesToLoad,
  config: Config
): Promise<void> => {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
  const run = `load-${stamp}-${randomBytes(3).toString('hex')}`
  const bulk = await openBulk({ config, folder: localFolder, isFresh, tables: [table] })
  nameRun(run)
  closeOnSignal(bulk, 'load', run)
  try {
    const { deps } = bulk
    await inParallel(linksAtOnce, files, async ({ name, path }) => {
      await deps.store.link(unloadKey(run, name), path)
    })
    const listed = files.map(({ name }) => ({ name, rows: null }))
    const manifest = { run, table: table.name, options: runOptions, queryId: undefined, files: listed }
    if (isPlan) {
      const plan = await planRun({ ...deps, care: bulk.care }, manifest, new AbortController().signal, planMs)
      await inParallel(linksAtOnce, files, ({ name }) => deps.store.remove(unloadKey(run, name)))
      await bulk.close()
      printPlan(plan, isJson)
      process.exit(plan.errors.length === 0 ? 0 : 1)
    }
    const begun = await requestRun(deps, manifest, new AbortController().signal)
    const ended = begun.state === 'failed' ? begun : await followRun(bulk, run)
    const beside = skippedLine(skipped)
    const status = beside === undefined ? ended : { ...ended, errors: [...ended.errors, beside] }
    await bulk.close()
    printStatus(status, isJson)
    const odd = tooManyRejected(status, allowed)
    if (odd !== undefined) process.stderr.write(`load: ${odd}\n`)
    process.exit(status.state === 'complete' && odd === undefined ? 0 : 1)
  } catch (error) {
    await unlessInterrupted(error)
  }
}
