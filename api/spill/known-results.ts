import { compactResults, expandResults, type KnownResults } from '../answer/compact-results.ts'
import type { BatchRecord } from '../ledger/batch-record.ts'
import type { RowResult } from '../plan/row-result.ts'
import type { OnceDeps } from './once-deps.ts'
import { packText, spilledAnswersKey, unpackText } from './spilled-rows.ts'

/** A record of the ledger holds 400 KB; other attributes and a margin taken off. */
const maxInlineBytes = 300_000
/** An answer has at most 6 MB. */
const maxResultsBytes = 32 * 1024 * 1024

/** Puts results where they fit: into the batch's record, or beside its rows in the bucket. */
export const keepResults = async (
  store: OnceDeps['store'],
  hash: string,
  results: KnownResults,
  { rows, route }: Pick<BatchRecord, 'rows' | 'route'>
): Promise<Pick<BatchRecord, 'results' | 'resultsKey'>> => {
  const text = compactResults(results, rows, route === '/delete' ? 'deleted' : 'written')
  if (Buffer.byteLength(text) <= maxInlineBytes) return { results: text, resultsKey: undefined }
  const resultsKey = spilledAnswersKey(hash)
  await store.write(resultsKey, packText(text))
  return { results: undefined, resultsKey }
}

/** The results that a record knows, by row number. */
export const knownResults = async (
  store: OnceDeps['store'],
  { results, resultsKey }: Pick<BatchRecord, 'results' | 'resultsKey'>
): Promise<Map<number, RowResult>> => {
  if (results !== undefined) return expandResults(results)
  if (resultsKey === undefined) return new Map()
  const stored = await store.read(resultsKey, maxResultsBytes)
  if (stored === undefined) throw new Error('the stored answers of the batch are gone')
  return expandResults(unpackText(stored.content))
}
