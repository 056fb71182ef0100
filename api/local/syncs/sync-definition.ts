import { parseJson } from '../../json/json-text.ts'
import { JsonObject, type JsonValue } from '../../json/json-value.ts'
import { nearest } from '../../json/nearest.ts'
import { quoteText } from '../worksheet/identifiers.ts'
import { WorksheetError } from '../worksheet/worksheet-error.ts'
import { rowsOf, type SyncWorld } from './sync-world.ts'

/** A sync as it was created. */
export interface SyncDefinition {
  readonly name: string
  /** A table's or view's name, or a query. */
  readonly source: string
  readonly table: string
  readonly keyColumns: readonly string[]
  readonly capture: string
  readonly maxDeleteShare: number
  readonly bulkAbove: number
  readonly push: JsonObject
}

/** @throws WorksheetError naming the nearest sync when there is none of that name */
export const findSync = async (world: SyncWorld, name: JsonValue): Promise<SyncDefinition> => {
  const rows = await rowsOf(world, 'SELECT * FROM dynamo_sync_definitions')
  const row = rows.find((candidate) => candidate.sync_name === name)
  if (row === undefined) {
    const names = rows.map((candidate) => String(candidate.sync_name))
    const meant = nearest(String(name), names)
    const hint = meant === undefined ? 'SELECT * FROM dynamo_syncs lists them' : `did you mean '${meant}'?`
    throw new WorksheetError(`there is no sync '${String(name)}': ${hint}`)
  }
  const push = parseJson(String(row.push))
  return {
    name: String(row.sync_name),
    source: String(row.source),
    table: String(row.target_table),
    keyColumns: (parseJson(String(row.key_columns)) as readonly JsonValue[]).map(String),
    capture: String(row.capture),
    maxDeleteShare: Number(row.max_delete_share),
    bulkAbove: Number(row.bulk_above),
    push: push instanceof JsonObject ? push : new JsonObject()
  }
}

/** `WHERE` for the rows of one sync. */
export const ofSync = ({ name }: Pick<SyncDefinition, 'name'>): string => `sync_name = ${quoteText(name)}`
