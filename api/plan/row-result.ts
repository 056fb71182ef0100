/** Why a row can never be written as it is: the closed list, documented in the README. */
export const rejectCodes = [
  'missing_key',
  'invalid_key',
  'key_type',
  'unsupported_value',
  'number_out_of_range',
  'item_too_large',
  'duplicate_attribute',
  'invalid_options',
  'unknown_table',
  'table_not_allowed',
  'not_an_object',
  'unreadable_row'
] as const
export type RejectCode = (typeof rejectCodes)[number]

/** Our one answer for one row: the public contract. Messages name attributes, never values. */
export type RowResult =
  | { readonly status: 'written' }
  | { readonly status: 'deleted' }
  | { readonly status: 'superseded' }
  | { readonly status: 'stale'; readonly message?: string }
  | { readonly status: 'condition_failed' }
  | { readonly status: 'unchanged' }
  | { readonly status: 'valid' }
  | { readonly status: 'rejected'; readonly code: RejectCode; readonly message: string }
  | { readonly status: 'unprocessed'; readonly attempts: number; readonly message: string }

export type RowStatus = RowResult['status']

/** Every status, in the order in which people read them: a new one does not compile before it stands here. */
const places: Readonly<Record<RowStatus, number>> = {
  written: 0,
  deleted: 1,
  superseded: 2,
  stale: 3,
  condition_failed: 4,
  unchanged: 5,
  valid: 6,
  rejected: 7,
  unprocessed: 8
}
export const rowStatuses: readonly RowStatus[] = (Object.keys(places) as RowStatus[]).toSorted(
  (a, b) => places[a] - places[b]
)

/** What is wrong with a row, found while planning it. A value, not an exception: its neighbours go on. */
export class Flaw {
  readonly code: RejectCode
  readonly message: string

  constructor(code: RejectCode, message: string) {
    this.code = code
    this.message = message
  }
}

export const rejected = ({ code, message }: Flaw): RowResult => ({ status: 'rejected', code, message })

/**
 * An attribute or column name for a message, shortened: names may be 64 KB long. Always Unicode text, whatever
 * the name is: half a surrogate pair would make the answer of the whole batch unreadable.
 */
export const named = (name: string): string =>
  (name.length > 60 ? `${name.slice(0, 57).replace(/[\ud800-\udbff]$/, '')}...` : name).toWellFormed()
