import type { Engine } from '../../plan/engines.ts'
import { budgetRate } from '../../write/budget.ts'
import { leastBulkPutUnits } from '../../write/managed-jobs.ts'
import type { TableLookup } from '../../write/table-schemas.ts'
import type { BulkOptions } from '../bulk-options.ts'
import type { LoadDeps } from '../load-deps.ts'
import type { ImportTables } from './import-tables.ts'

/** What an engine is held against. */
export interface EngineAt {
  readonly table: string
  /** The table as it is. */
  readonly lookup: TableLookup
  /** Tables that an import may make; undefined where no deployment could name some. */
  readonly imports?: ImportTables | undefined
}

/**
 * Why a managed engine cannot keep what the options ask for, each with its cure; empty for `workers`. A job writes
 * whole items and tells of errors only: it reads nothing first, compares nothing, and names no row that it wrote.
 */
export const unlikeWorkers = ({ engine, rows }: BulkOptions, at: EngineAt): readonly string[] => {
  if (engine === 'workers') return []
  const refused: Readonly<Record<string, boolean>> = {
    [`mode '${rows.mode}'`]: rows.mode !== 'put',
    version: rows.version !== undefined,
    if: rows.condition !== undefined,
    skip_unchanged: rows.skipUnchanged,
    trail: rows.trail,
    ...(engine === 'import'
      ? { max_wcu: rows.maxWcu !== undefined, max_share: rows.maxShare !== undefined }
      : {})
  }
  const named = Object.keys(refused).filter((name) => refused[name])
  return [
    ...named.map(
      (name) => `invalid_options: engine '${engine}' cannot do ${name}: leave it out, or use engine 'workers'`
    ),
    ...(engine === 'import' ? notNewText(at) : slowText(engine, rows, at.lookup))
  ]
}

/** An import makes its table: one that the deployment has named, and that is not there. */
const notNewText = ({ table, lookup, imports }: EngineAt): readonly string[] => {
  if (lookup.kind === 'table') return [existsText]
  return imports?.has(table) === false ? [unnamedText] : []
}

const unnamedText =
  "invalid_options: engine 'import' makes only tables that bulk.imports of the deployment names with their keys: " +
  "name it there and deploy, or use engine 'workers' or 'bulk_put' for a table that exists"
const existsText =
  "invalid_options: the table exists, and engine 'import' makes a new one: use engine 'bulk_put' or 'workers'"

const slowText = (engine: Engine, rows: BulkOptions['rows'], lookup: TableLookup): readonly string[] => {
  const rate = jobRate(rows, lookup)
  return rate === undefined || rate >= leastBulkPutUnits
    ? []
    : [
        `invalid_options: engine '${engine}' spends at least ${leastBulkPutUnits} write units a second, ` +
          `${rows.maxWcu === undefined ? 'max_share' : 'max_wcu'} allows ${rate}: raise it, or use engine 'workers'`
      ]
}

/** Write units a second that the options allow a job; undefined where they name no budget. */
export const jobRate = (
  { maxWcu, maxShare }: BulkOptions['rows'],
  lookup: TableLookup
): number | undefined => {
  if (maxWcu === undefined && maxShare === undefined) return undefined
  const stated = lookup.kind === 'table' ? lookup.table.statedUnits : undefined
  return Math.floor(budgetRate({ maxWcu, maxShare }, maxShare === undefined ? maxWcu : stated, undefined))
}

export const noManagedText = (engine: Engine): string =>
  `engine '${engine}' needs AWS: the DynamoDB and the bucket of the local commands have no such jobs; use engine 'workers'`

/** Why a run, or one that a redrive gave other options, cannot have its engine: the first reason. */
export const whyNotManaged = async (
  { managed, writer: { schemas }, imports }: Pick<LoadDeps, 'managed' | 'writer' | 'imports'>,
  { table }: { readonly table: string },
  options: BulkOptions,
  deadline: AbortSignal
): Promise<string | undefined> => {
  if (managed === undefined) return noManagedText(options.engine)
  // What is remembered of a table that was deleted would say that it exists.
  const lookup = await (options.engine === 'import' ? schemas.lookAgain : schemas.find)(table, deadline)
  return unlikeWorkers(options, { table, lookup, imports })[0]
}
