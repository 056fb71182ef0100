import { readFile } from 'node:fs/promises'

/**
 * The SELECTs of `sql/portable`, in an order in which each finds those that it reads. Each is the view
 * `dynamo_sync_<name>`, here as on Snowflake.
 */
export const portableNames = [
  'latest_rows',
  'collapsed_changes',
  'classified_rows',
  'pending_changes',
  'planned_runs',
  'counted_results',
  'settled_keys',
  'failed_rows',
  'lapsed_failures',
  'keys_to_check',
  'reconciled_keys',
  'audited_rows'
] as const

const auditColumns =
  'activity sync run target_table called_by query_id state route read_rows sent_rows written deleted superseded stale unchanged rejected unprocessed write_units seconds ended_at message'.split(
    ' '
  )

const folder = new URL('../../../sql/portable/', import.meta.url)

/** @returns the SELECT as it stands in its file */
const portableSelect = (name: (typeof portableNames)[number]): Promise<string> =>
  readFile(new URL(`${name}.sql`, folder), 'utf8')

/** Statements that make DuckDB ready for syncs: tables, then views. Repeats change nothing. */
export const syncSchema = async (): Promise<readonly string[]> => {
  const tables = await readFile(new URL('./sync-tables.sql', import.meta.url), 'utf8')
  const views: string[] = []
  for (const name of portableNames)
    views.push(`CREATE VIEW IF NOT EXISTS dynamo_sync_${name} AS ${await portableSelect(name)}`)
  return [
    tables,
    ...views,
    `CREATE VIEW IF NOT EXISTS "DYNAMO_AUDIT" (${auditColumns.map((name) => `"${name.toUpperCase()}"`).join(', ')}) AS SELECT * FROM dynamo_sync_audited_rows`
  ]
}
