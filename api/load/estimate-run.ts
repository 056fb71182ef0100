import type { ManifestFile } from '../decode/manifest.ts'
import type { JsonValue } from '../json/json-value.ts'
import type { Estimate } from '../ledger/estimate.ts'
import { Flaw } from '../plan/row-result.ts'
import { timeBox } from '../runtime/time-box.ts'
import { readBulkOptions } from './bulk-options.ts'
import type { LoadDeps } from './load-deps.ts'
import { priceSample } from './plan-price.ts'
import { readSample } from './plan-sample.ts'
import type { RunManifest } from './run-manifest.ts'
import type { SampleLimit } from './sample-file.ts'
import { secondsOf } from './seconds-of.ts'
import { toEstimate } from './to-estimate.ts'

/** What stands for a run as it is opened: an estimate shall cost next to nothing. */
const most: SampleLimit = { rows: 300, files: 3, bytes: 256 * 1024 }
const mostMs = 3_000

interface ToEstimate {
  readonly run: RunManifest
  readonly files: readonly ManifestFile[]
  readonly keyOf: (name: string) => string
  readonly options: JsonValue
}

/**
 * What a run is going to take, by some of its rows and as if the table were empty: for whoever compares it with what it
 * took. A plan that is asked for reads more, and looks at the table.
 *
 * @returns undefined where nothing could be said in time, and of engines whose price nobody knows
 */
export const estimateRun = async (
  deps: Pick<LoadDeps, 'store' | 'writer' | 'clock' | 'meters' | 'log'>,
  { run, files, keyOf, options: given }: ToEstimate,
  deadline: AbortSignal
): Promise<Estimate | undefined> => {
  const options = readBulkOptions(given)
  if (options instanceof Flaw || options.engine !== 'workers' || files.length === 0) return undefined
  try {
    using box = timeBox(deps.clock, mostMs, deadline)
    const found = await deps.writer.schemas.find(run.table, box.signal)
    if (found.kind !== 'table') return undefined
    const { table } = found
    const sample = await readSample(deps, { run, files, keyOf, options, table, most }, box.signal)
    if (sample.planned === 0 || sample.rows === undefined) return undefined
    const priced = await priceSample({ writer: readingNothing(deps.writer) }, table, sample, box.signal)
    const { bytes, tableUnits, indexUnits } = priced
    const seconds = await secondsOf(deps, { tableUnits, indexUnits }, { table, options: options.rows })
    return toEstimate({ rows: sample.rows, bytes, tableUnits, indexUnits, seconds })
  } catch (error) {
    // Whatever is wrong with the chunks is said when they are loaded.
    deps.log({ event: 'run_not_estimated', run: run.run, cause: (error as Error).name })
    return undefined
  }
}

/** The table is not asked what it holds. */
const readingNothing = (writer: LoadDeps['writer']): LoadDeps['writer'] => ({
  ...writer,
  port: {
    batch: writer.port.batch,
    single: writer.port.single,
    read: async () => ({ kind: 'answered', items: new Map(), left: [], units: 0 })
  }
})
