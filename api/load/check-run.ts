import { ChunkError } from '../decode/chunk-error.ts'
import { type ChunkFormat, type ChunkFormatOption, chunkFormatOf } from '../decode/chunk-format.ts'
import type { JsonValue } from '../json/json-value.ts'
import { Flaw } from '../plan/row-result.ts'
import { noSuchTable } from '../write/for-table.ts'
import { readBulkOptions } from './bulk-options.ts'
import type { LoadDeps } from './load-deps.ts'
import { unlikeWorkers } from './managed/unlike-workers.ts'
import type { RunManifest } from './run-manifest.ts'
import { untypedVersion } from './untyped-version.ts'

interface Checked extends Pick<RunManifest, 'table' | 'files'> {
  readonly isPlanned?: boolean
}

/**
 * What is wrong with a run before any of its chunks is looked at; empty when nothing is.
 *
 * @throws Error when the table did not tell by the deadline: the message comes again
 */
export const checkRun = async (
  { isAllowed, writer, imports }: Pick<LoadDeps, 'isAllowed' | 'writer' | 'imports'>,
  { table, files, isPlanned = false }: Checked,
  options: JsonValue,
  deadline: AbortSignal
): Promise<string[]> => {
  if (!isAllowed(table))
    return ['table_not_allowed: the table is not on the allow-list PUSH_TABLES of the service']
  const read = readBulkOptions(options)
  if (read instanceof Flaw) return [`${read.code}: ${read.message}`]
  // A file whose name says no format fails alone, when its turn comes; where all are so, nothing is to be loaded.
  const formats = files.map(({ name }) => formatOrError(name, read.format))
  const unnamed = formats.filter((format) => typeof format === 'string')
  const errors = unnamed.length === files.length ? unnamed : []
  const isCsv = formats.some((format) => typeof format !== 'string' && format.type === 'csv')
  const untyped = isCsv ? untypedVersion(read.rows) : undefined
  if (untyped !== undefined) errors.push(untyped)
  const lookup = await writer.schemas.lookAgain(table, deadline)
  // A plan names every engine, one that makes the table among them.
  const isMade = read.engine === 'import' || (isPlanned && imports?.has(table) === true)
  if (lookup.kind === 'unknown' && !isMade) errors.push(`${noSuchTable.code}: ${noSuchTable.message}`)
  errors.push(...unlikeWorkers(read, { table, lookup, imports }))
  if (lookup.kind === 'unavailable') {
    if (deadline.aborted) throw new Error(`table ${table}: ${lookup.reason}`)
    errors.push(`the table cannot be looked up: ${lookup.reason}`)
  }
  return errors
}

const formatOrError = (name: string, format: ChunkFormatOption | undefined): ChunkFormat | string => {
  try {
    return chunkFormatOf(name, format)
  } catch (error) {
    if (error instanceof ChunkError) return `file ${name}: ${error.message}`
    throw error
  }
}
