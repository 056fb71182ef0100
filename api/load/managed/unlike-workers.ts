import type { Engine } from '../../plan/engines.ts'
import { budgetRate } from '../../write/budget.ts'
import { leastBulkPutUnits } from '../../write/managed-jobs.ts'
import type { TableLookup } from '../../write/table-schemas.ts'
import type { BulkOptions } from '../bulk-options.ts'
import type { LoadDeps } from '../load-deps.ts'

/**
 * Why a managed engine cannot keep what the options ask for, each with its cure; empty for `workers`. A job writes
 * whole items and tells of errors only: it reads nothing first, compares nothing, and names no row that it wrote.
 *
 * @param lookup the table as it is
 */
export const unlikeWorkers = ({ engine, rows }: BulkOptions, lookup: TableLookup): readonly string[] => {
  if (engine === 'workers') return []
  if (engine === 'import') return [importText]
  const refused: Readonly<Record<string, boolean>> = {
    [`mode '${rows.mode}'`]: rows.mode !== 'put',
    version: rows.version !== undefined,
    if: rows.condition !== undefined,
    skip_unchanged: rows.skipUnchanged,
    trail: rows.trail
  }
  const named = Object.keys(refused).filter((name) => refused[name])
  return [
    ...named.map(
      (name) => `invalid_options: engine '${engine}' cannot do ${name}: leave it out, or use engine 'workers'`
    ),
    ...slowText(engine, rows, lookup)
  ]
}

const importText =
  "invalid_options: engine 'import' is not built yet: use engine 'workers', or 'bulk_put' for a table that exists"

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
  { managed, writer }: Pick<LoadDeps, 'managed' | 'writer'>,
  { table }: { readonly table: string },
  options: BulkOptions,
  deadline: AbortSignal
): Promise<string | undefined> => {
  if (options.engine === 'bulk_put' && managed === undefined) return noManagedText('bulk_put')
  return unlikeWorkers(options, await writer.schemas.find(table, deadline))[0]
}
