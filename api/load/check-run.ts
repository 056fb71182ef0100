import { ChunkError } from '../decode/chunk-error.ts'
import { type ChunkFormatOption, chunkFormatOf } from '../decode/chunk-format.ts'
import type { JsonValue } from '../json/json-value.ts'
import { Flaw } from '../plan/row-result.ts'
import { noSuchTable } from '../write/for-table.ts'
import { readBulkOptions } from './bulk-options.ts'
import type { LoadDeps } from './load-deps.ts'
import type { RunManifest } from './run-manifest.ts'

/**
 * What is wrong with a run before any of its chunks is looked at; empty when nothing is.
 *
 * @throws Error when the table did not tell by the deadline: the message comes again
 */
export const checkRun = async (
  { isAllowed, writer }: Pick<LoadDeps, 'isAllowed' | 'writer'>,
  { table, files }: Pick<RunManifest, 'table' | 'files'>,
  options: JsonValue,
  deadline: AbortSignal
): Promise<string[]> => {
  if (!isAllowed(table))
    return ['table_not_allowed: the table is not on the allow-list PUSH_TABLES of the service']
  const read = readBulkOptions(options)
  if (read instanceof Flaw) return [`${read.code}: ${read.message}`]
  // A file whose name says no format fails alone, when its turn comes; where all are so, nothing is to be loaded.
  const unnamed = files.flatMap(({ name }) => formatError(name, read.format))
  const errors = unnamed.length === files.length ? unnamed : []
  const lookup = await writer.schemas.lookAgain(table, deadline)
  if (lookup.kind === 'unknown') errors.push(`${noSuchTable.code}: ${noSuchTable.message}`)
  if (lookup.kind === 'unavailable') {
    if (deadline.aborted) throw new Error(`table ${table}: ${lookup.reason}`)
    errors.push(`the table cannot be looked up: ${lookup.reason}`)
  }
  return errors
}

const formatError = (name: string, format: ChunkFormatOption | undefined): string[] => {
  try {
    chunkFormatOf(name, format)
    return []
  } catch (error) {
    if (error instanceof ChunkError) return [`file ${name}: ${error.message}`]
    throw error
  }
}
