import type { RunRecord } from '../ledger/run-record.ts'
import type { BulkOptions } from './bulk-options.ts'
import type { HeldChunk } from './hold-chunk.ts'

/** `handed_on`: the deadline came, or the chunk is somebody else's; what is checkpointed stays. */
export type RowsEnd = 'done' | 'handed_on' | { readonly error: string }

/** A chunk that is being loaded. */
export interface Visit {
  readonly run: RunRecord
  readonly options: BulkOptions
  readonly held: HeldChunk
  /** This worker's name among those that share the run's budget. */
  readonly worker: string
}
