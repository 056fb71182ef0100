import { ChunkError } from '../decode/chunk-error.ts'
import { ManifestError, toManifest } from '../decode/manifest.ts'
import { JsonObject, type JsonValue } from '../json/json-value.ts'
import { Flaw } from '../plan/row-result.ts'
import type { TargetTable } from '../plan/target-table.ts'
import { dollars } from '../runtime/prices.ts'
import { timeBox } from '../runtime/time-box.ts'
import type { TableCare } from '../write/table-care.ts'
import type { TableLookup } from '../write/table-schemas.ts'
import { type BulkOptions, readBulkOptions } from './bulk-options.ts'
import { checkRun } from './check-run.ts'
import type { LoadDeps } from './load-deps.ts'
import { isMarkerName } from './marker-name.ts'
import { type Priced, priceSample } from './plan-price.ts'
import { type PlannedRoads, planRoads } from './plan-roads.ts'
import { readSample, type Sample } from './plan-sample.ts'
import { planWarnings } from './plan-warnings.ts'
import { completeManifest, type RunManifest } from './run-manifest.ts'
import { unloadKey } from './run-paths.ts'
import { secondsOf } from './seconds-of.ts'
import type { LoadCall } from './start-load.ts'

/** What a load would cost; numbers are of the whole run. */
export interface LoadPlan extends PlannedRoads {
  readonly table: string
  readonly rows: number | null
  /** Of the items, as DynamoDB counts them. */
  readonly bytes: number
  /** False where all rows were read: true where some stand for all. */
  readonly sampled: boolean
  readonly rejected: number
  readonly write_units: number
  readonly index_units: number
  readonly dollars: string
  /** The same with option `skip_unchanged`: reads, and the writes of what differs. */
  readonly dollars_skip_unchanged: string
  /** At what the table takes, or at the budget; null where it does not say. */
  readonly seconds: number | null
  readonly warnings: readonly string[]
  readonly errors: readonly string[]
}

export interface PlanDeps
  extends Pick<LoadDeps, 'store' | 'writer' | 'clock' | 'isAllowed' | 'meters' | 'imports'> {
  readonly care?: TableCare
}

/** What is kept of the call's time to price what was read, and to answer. */
const pricingMs = 6_000

/**
 * `plan_dynamo_load`: reads rows of a run's chunks and says what loading them would cost. Nothing is written.
 *
 * @param workMs time that it may take; what is not read by then is estimated
 */
export const planLoad = async (
  deps: PlanDeps,
  { table, manifest, options }: LoadCall,
  deadline: AbortSignal,
  workMs: number
): Promise<LoadPlan> => {
  const refuse = (errors: readonly string[]): LoadPlan =>
    noPlan(typeof table === 'string' ? table : '', errors)
  if (typeof table !== 'string' || !deps.isAllowed(table))
    return refuse(['table_not_allowed: the table is not on the allow-list PUSH_TABLES of the service'])
  if (options !== null && !(options instanceof JsonObject)) return refuse(['the options are not an object'])
  try {
    const run = completeManifest(toManifest(manifest), { table, options })
    return await planRun(deps, run, deadline, workMs)
  } catch (error) {
    if (error instanceof ManifestError || error instanceof ChunkError) return refuse([error.message])
    throw error
  }
}

/** The same for a manifest that is read. @throws ChunkError when a chunk cannot be read at all */
export const planRun = async (
  deps: PlanDeps,
  run: RunManifest,
  deadline: AbortSignal,
  workMs: number
): Promise<LoadPlan> => {
  const files = run.files.filter(({ name }) => !isMarkerName(name))
  const checked = { table: run.table, files, isPlanned: true }
  const errors = await checkRun(deps, checked, run.options, deadline)
  const read = readBulkOptions(run.options as JsonValue)
  if (errors.length > 0 || read instanceof Flaw) return noPlan(run.table, errors)
  const lookup = await deps.writer.schemas.find(run.table, deadline)
  const table = lookup.kind === 'table' ? lookup.table : deps.imports?.get(run.table)
  if (table === undefined) return noPlan(run.table, ['the table cannot be looked up'])

  using box = timeBox(deps.clock, Math.max(1_000, workMs - pricingMs), deadline)
  const sample = await readSample(
    deps,
    { run, files, keyOf: (name) => unloadKey(run.run, name), options: read, table },
    box.signal
  )
  if (sample.planned === 0 && sample.rows !== 0) return noPlan(run.table, [nothingReadText])
  const priced = await priceSample(deps, table, sample, deadline)
  return totals(deps, { options: read, table, lookup, sample, priced }, deadline)
}

interface Found {
  readonly options: BulkOptions
  /** As it is, or as an import would make it. */
  readonly table: TargetTable
  readonly lookup: TableLookup
  readonly sample: Sample
  readonly priced: Priced
}

const totals = async (
  { meters, care, imports }: PlanDeps,
  { options, table, lookup, sample, priced }: Found,
  deadline: AbortSignal
): Promise<LoadPlan> => {
  const writeUnits = Math.round(priced.tableUnits)
  const indexUnits = Math.round(priced.indexUnits)
  const differing = 1 - priced.unchangedShare
  const paced = { tableUnits: writeUnits, indexUnits }
  const seconds = await secondsOf({ meters }, paced, { table, options: options.rows })
  const spent = dollars({ write_unit: writeUnits + indexUnits })
  return {
    table: table.name,
    rows: sample.rows ?? null,
    bytes: Math.round(priced.bytes),
    sampled: !sample.isWhole,
    rejected: sample.rejected,
    write_units: writeUnits,
    index_units: indexUnits,
    dollars: spent,
    dollars_skip_unchanged: dollars({
      read_unit: Math.round(priced.readUnits),
      write_unit: Math.round((writeUnits + indexUnits) * differing)
    }),
    ...planRoads(options, { table: table.name, lookup, imports }, { sample, workersDollars: spent }),
    seconds: seconds === null ? null : Math.ceil(seconds),
    warnings: await planWarnings(
      { table, isNew: lookup.kind === 'unknown', options, sample, units: writeUnits },
      care,
      deadline
    ),
    errors: []
  }
}

const nothingReadText =
  'no row could be read in time: are the chunks in unload/<run>/? If they are, plan with fewer or smaller files'

const noPlan = (table: string, errors: readonly string[]): LoadPlan => ({
  ...{ table, rows: null, bytes: 0, sampled: false, rejected: 0, write_units: 0, index_units: 0 },
  ...{ dollars: '0', dollars_skip_unchanged: '0', seconds: null, warnings: [], errors },
  ...{ roads: [], cheapest: 'workers' }
})
