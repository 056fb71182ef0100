import { type ChunkFormatOption, chunkFormatOption } from '../decode/chunk-format.ts'
import { JsonObject, type JsonValue } from '../json/json-value.ts'
import { type RowOptions, readRowOptions } from '../plan/row-options.ts'
import { bulkOptionNotes } from '../plan/row-options-schema.ts'
import { Flaw } from '../plan/row-result.ts'

/** The options of a run: those of its rows, and what only a bulk load has. */
export interface BulkOptions {
  readonly rows: RowOptions
  readonly format: ChunkFormatOption | undefined
}

/** @returns an `invalid_options` flaw whose message names the option and what it takes */
export const readBulkOptions = (options: JsonValue): BulkOptions | Flaw => {
  if (!(options instanceof JsonObject)) {
    const rows = readRowOptions(options)
    return rows instanceof Flaw ? rows : { rows, format: undefined }
  }
  const forRows = new JsonObject()
  forRows.repeated = options.repeated
  for (const [name, value] of options) if (!Object.hasOwn(bulkOptionNotes, name)) forRows.set(name, value)
  const rows = readRowOptions(forRows)
  if (rows instanceof Flaw) return rows

  const given = options.get('format')
  const format = given === undefined ? undefined : chunkFormatOption.safeParse(given)
  if (format && !format.success)
    return new Flaw('invalid_options', format.error.issues[0]?.message ?? 'option format takes an object')

  return { rows, format: format?.data }
}
