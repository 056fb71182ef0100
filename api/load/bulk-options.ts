import * as z from 'zod'
import { readJson } from '../batch/read-row.ts'
import { type ChunkFormatOption, chunkFormatOption } from '../decode/chunk-format.ts'
import { JsonObject, type JsonValue } from '../json/json-value.ts'
import type { RunRecord } from '../ledger/run-record.ts'
import { type Engine, engines } from '../plan/engines.ts'
import { type RowOptions, readRowOptions } from '../plan/row-options.ts'
import { bulkOptionNotes } from '../plan/row-options-schema.ts'
import { Flaw } from '../plan/row-result.ts'

/** The options of a run: those of its rows, and what only a bulk load has. */
export interface BulkOptions {
  readonly rows: RowOptions
  readonly format: ChunkFormatOption | undefined
  readonly engine: Engine
}

const bulkSchema = z.object({ format: chunkFormatOption.optional(), engine: z.enum(engines).optional() })

/** @returns an `invalid_options` flaw whose message names the option and what it takes */
export const readBulkOptions = (options: JsonValue): BulkOptions | Flaw => {
  if (!(options instanceof JsonObject)) {
    const rows = readRowOptions(options)
    return rows instanceof Flaw ? rows : { rows, format: undefined, engine: 'workers' }
  }
  const forRows = new JsonObject()
  forRows.repeated = options.repeated
  for (const [name, value] of options) if (!Object.hasOwn(bulkOptionNotes, name)) forRows.set(name, value)
  const rows = readRowOptions(forRows)
  if (rows instanceof Flaw) return rows

  const read = bulkSchema.safeParse(Object.fromEntries(options))
  if (!read.success) return wrongOption(read.error.issues[0])
  const { format, engine = 'workers' } = read.data
  return { rows, format, engine }
}

/** The options that a run goes by: those of its redrive, where that named some. */
export const optionsOfRun = (run: Pick<RunRecord, 'options' | 'optionsOfRedrive'>): BulkOptions | Flaw =>
  readBulkOptions(readJson(run.optionsOfRedrive ?? run.options) ?? null)

const wrongOption = (issue: z.core.$ZodIssue | undefined): Flaw =>
  issue?.path[0] === 'engine'
    ? new Flaw('invalid_options', `option engine takes ${bulkOptionNotes.engine.values}`)
    : new Flaw('invalid_options', issue?.message ?? 'option format takes an object')
