import { readJson } from '../batch/read-row.ts'
import { chunkFormatOf } from '../decode/chunk-format.ts'
import type { ChunkRecord } from '../ledger/chunk-record.ts'
import type { RunRecord } from '../ledger/run-record.ts'
import type { TextTerms } from '../plan/cell-text.ts'
import { Flaw } from '../plan/row-result.ts'
import { type BulkOptions, readBulkOptions } from './bulk-options.ts'

/** Rejected rows keep the typing of the chunk that they came from, and its format where a redrive says none. */
export const textTerms = (run: RunRecord, record: ChunkRecord, options: BulkOptions): TextTerms => {
  const original = options.format ? options : readBulkOptions(readJson(run.options) ?? null)
  const { format } = original instanceof Flaw ? options : original
  const binaryFormat = format?.binary_format
  try {
    return { isUntyped: chunkFormatOf(record.chunk, format).type === 'csv', binaryFormat }
  } catch (error) {
    if (record.kind === 'rejected') return { isUntyped: false, binaryFormat }
    throw error
  }
}
