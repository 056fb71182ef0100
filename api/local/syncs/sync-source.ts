import type { JsonValue } from '../../json/json-value.ts'
import { nearest } from '../../json/nearest.ts'
import { quoteName, quoteText } from '../worksheet/identifiers.ts'
import { WorksheetError } from '../worksheet/worksheet-error.ts'
import { ofSync, type SyncDefinition } from './sync-definition.ts'
import type { SyncWorld } from './sync-world.ts'

const part = String.raw`("[^"]+"|[A-Za-z_][\w$]*)`
const namePattern = new RegExp(String.raw`^${part}(\.${part}){0,2}$`)
const queryPattern = /^(\s|\(|--.*\n|\/\*[\s\S]*?\*\/)*(select|with)\b/i

/**
 * The source as it stands after FROM: a name, or a query in parentheses.
 *
 * @throws WorksheetError for text that is neither
 */
const fromSource = (source: string): string => {
  const text = source.trim().replace(/;\s*$/, '')
  if (namePattern.test(text)) return text
  if (!queryPattern.test(text))
    throw new WorksheetError(
      'the source is neither the name of a table or view nor a query (SELECT … or WITH …)'
    )
  // The line break ends a comment at the query's end.
  return `(${text}\n)`
}

/** Text inside a statement of Snowflake's, where a backslash escapes. */
const snowflakeText = (text: string): string => quoteText(text.replaceAll('\\', '\\\\'))

/**
 * The key columns by the names they have in the source; letter case does not matter where it leaves one choice.
 *
 * @throws WorksheetError when the source cannot be read, or has no such column
 */
export const findKeyColumns = async (
  world: SyncWorld,
  source: string,
  key: JsonValue
): Promise<readonly string[]> => {
  if (!Array.isArray(key) || key.length === 0 || !key.every((name) => typeof name === 'string'))
    throw new WorksheetError("the key is a list of column names: ARRAY_CONSTRUCT('CUSTOMER_ID')")
  const { columns } = await world.run(`SELECT * FROM ${fromSource(source)} LIMIT 0`)
  const names = columns.map((column) => column.name)
  const twice = names.find((name, at) => names.indexOf(name) < at)
  if (twice !== undefined) throw new WorksheetError(`the source has two columns ${twice}`)
  const found = (key as readonly string[]).map((name) => {
    const alike = names.filter((candidate) => candidate.toUpperCase() === name.toUpperCase())
    const [only] = names.includes(name) ? [name] : alike.length === 1 ? alike : []
    if (only !== undefined) return only
    const meant = nearest(name, names)
    const hint = meant === undefined ? `its columns are ${names.join(', ')}` : `did you mean ${meant}?`
    throw new WorksheetError(`the source has no column ${name}: ${hint}`)
  })
  if (new Set(found).size < found.length) throw new WorksheetError('a column stands twice in the key')
  return found
}

/** Reads the source once, so that all that follows speaks of the same rows. @throws WorksheetError */
export const readSource = async (world: SyncWorld, sync: SyncDefinition): Promise<void> => {
  const columns = sync.keyColumns.map(quoteName)
  const key = sync.keyColumns.map((name, at) => `${snowflakeText(name)}, ${columns[at]}`).join(', ')
  const hasKey = columns.map((column) => `${column} IS NOT NULL`).join(' AND ')
  await world.run(
    `CREATE OR REPLACE TEMPORARY TABLE dynamo_sync_read AS SELECT TO_JSON(OBJECT_CONSTRUCT_KEEP_NULL(${key})) AS item_key, ` +
      `${hasKey} AS has_key, TO_JSON(OBJECT_CONSTRUCT_KEEP_NULL(*)) AS item FROM ${fromSource(sync.source)}`
  )
  const { engine } = world
  await engine.run(`DELETE FROM dynamo_sync_source WHERE ${ofSync(sync)}`)
  await engine.run(
    `INSERT INTO dynamo_sync_source SELECT ${quoteText(sync.name)}, item_key, has_key, item FROM dynamo_sync_read`
  )
  await engine.run('DROP TABLE dynamo_sync_read')
}

/** Rows that were read are of no use after the call. */
export const forgetSource = async ({ engine }: SyncWorld, sync: SyncDefinition): Promise<void> => {
  await engine.run(`DELETE FROM dynamo_sync_source WHERE ${ofSync(sync)}`)
}
