import type { ChunkRecord } from '../ledger/chunk-record.ts'
import type { RunRecord } from '../ledger/run-record.ts'
import type { RunStatus } from './run-status.ts'

/** The one line of a chunk's end in `audit/`, the same however often it is written. */
export const chunkAuditLine = (run: RunRecord, record: ChunkRecord): Uint8Array => {
  const endedMs = record.endedMs ?? 0
  return line({
    event: record.state === 'settled' ? 'chunk_settled' : 'chunk_failed',
    run: record.run,
    chunk: record.chunk,
    generation: record.generation,
    table: run.table,
    query_id: run.queryId,
    at: new Date(endedMs).toISOString(),
    expected: record.expected,
    ...record.counts,
    write_units: record.writeUnits,
    throttles: record.throttles,
    claims: record.claims,
    seconds: (endedMs - (record.startedMs ?? endedMs)) / 1000,
    errors: record.errors
  })
}

/** The line of a run's end. */
export const runAuditLine = (run: RunRecord, status: RunStatus): Uint8Array =>
  line({
    event: 'run_ended',
    generation: run.generation,
    query_id: run.queryId,
    at: new Date(run.endedMs ?? 0).toISOString(),
    ...status
  })

const line = (members: Readonly<Record<string, unknown>>): Uint8Array =>
  Buffer.from(`${JSON.stringify(members)}\n`)
